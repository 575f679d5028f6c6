package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// TransportError says that no usable answer came: the network failed, the platform's front answered
// with an HTTP error, or the answer was too large. Its text holds no secret, and of the URL at most its base.
type TransportError struct {
	// Op is the API's path without /cgi-bin/.
	Op string
	// Status is the HTTP status of an answer without errcode; 0 when none came.
	Status int
	// MaybeDone reports that the platform may have carried the call out: its outcome is unknown. It is
	// never said of a call that changes nothing.
	MaybeDone bool

	trouble trouble
	text    string
	cause   error
	base    blame
}

// trouble is what went wrong, for the hint and for the decision to try again.
type trouble uint8

const (
	unreached trouble = iota // no answer came
	badStatus                // an HTTP error without an errcode came
	notMade                  // the request could not be built
	overLimit                // the answer is over AnswerLimit
	notJSON                  // the answer is not what was asked for
	misled                   // the answer came from another host
)

func (e *TransportError) Error() string {
	text := e.Op + ": " + e.text
	if e.base.en != "" {
		text += "; " + e.base.en
	}
	return text
}

// Unwrap gives context.Canceled or context.DeadlineExceeded when one of them was the cause, and
// nothing else: an error of the network may hold the URL and so the token.
func (e *TransportError) Unwrap() error { return e.cause }

// busy reports whether trying again is sensible.
func (e *TransportError) busy() bool {
	return e.cause == nil && (e.trouble == unreached || e.trouble == badStatus && e.Status >= 500)
}

// networkError describes a failure of Doer.Do or of reading its answer; ctx is the caller's, so that
// a time-out of ours is not taken for the end of the caller's time.
func networkError(ctx context.Context, x exchange, err error, sent bool) *TransportError {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &TransportError{
		Op: x.op, MaybeDone: !x.reads() && (sent || !beforeSending(err)), cause: ctx.Err(),
		text: "no answer from the platform: " + maskError(err.Error(), x.secrets...),
	}
}

// beforeSending reports whether the error can only come from before the first byte was sent.
func beforeSending(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// statusError describes an answer that is an HTTP error without an errcode. A 5xx proves nothing: the
// front may have lost what the API behind it did.
func statusError(x exchange, status int) *TransportError {
	e := &TransportError{Op: x.op, Status: status, trouble: badStatus, text: fmt.Sprintf("the platform answered HTTP %d", status)}
	e.MaybeDone = !x.reads() && status >= http.StatusInternalServerError
	if status >= 300 && status < 400 {
		e.text += ": redirects are not followed, check api_base"
	}
	return e
}

// fatalError describes an answer that trying again would not change.
func fatalError(x exchange, t trouble, format string, args ...any) *TransportError {
	return &TransportError{Op: x.op, MaybeDone: !x.reads() && t != notMade, trouble: t, text: fmt.Sprintf(format, args...)}
}
