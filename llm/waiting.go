package llm

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
	"time"
)

// After runs fn once d has passed, unless it is stopped before that; stop reports whether it was.
type After func(d time.Duration, fn func()) (stop func() bool)

func byTheClock(d time.Duration, fn func()) (stop func() bool) { return time.AfterFunc(d, fn).Stop }

var (
	errStopAt  = errors.New("the answer was to stop here")
	errTimeout = errors.New("the time is over")
)

// waiting is how long one question may take, in all its tries.
type waiting struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	after   After
	timeout time.Duration
	stops   []func() bool
}

func (c *Client) wait(ctx context.Context, r *Request) *waiting {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &waiting{ctx: ctx, cancel: cancel, after: c.after, timeout: r.timeout()}
	w.stops = append(w.stops, c.after(w.timeout, func() { cancel(errTimeout) }))
	if !r.StopAt.IsZero() {
		left := max(0, r.StopAt.Sub(c.now()))
		w.timeout = min(w.timeout, left)
		w.stops = append(w.stops, c.after(left, func() { cancel(errStopAt) }))
	}
	return w
}

func (w *waiting) end() {
	for _, stop := range w.stops {
		stop()
	}
	w.cancel(nil)
}

func (w *waiting) over() bool { return w.ctx.Err() != nil }

func (w *waiting) stopped() bool { return errors.Is(context.Cause(w.ctx), errStopAt) }

// pause waits between two tries; false when the time is over first.
func (w *waiting) pause(d time.Duration) bool {
	passed := make(chan struct{})
	stop := w.after(d, func() { close(passed) })
	defer stop()
	select {
	case <-passed:
		return !w.over()
	case <-w.ctx.Done():
		return false
	}
}

// unreached says in plain words why a provider did not answer, or not to the end.
func (w *waiting) unreached(err error) error {
	if w.over() {
		return NewError(Timeout, "no answer within %s", w.timeout.Round(100*time.Millisecond))
	}
	var hinted Hinted
	if errors.As(err, &hinted) {
		kind := Down
		if hinted.Lasting() {
			kind = Refused
		}
		e := NewError(kind, "%s", hinted.Error())
		e.Hint, e.HintZH = hinted.Hints()
		return e
	}
	return NewError(Down, "%s", causeOf(err))
}

func causeOf(err error) string {
	var dns *net.DNSError
	var tlsRecord tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.Is(err, errBrokeOff):
		return "the answer broke off"
	case errors.As(err, &dns):
		return "the name " + dns.Name + " is not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at the address of the endpoint"
	case errors.As(err, &tlsRecord):
		return "the endpoint does not speak https"
	case errors.As(err, &certificate), errors.As(err, &unknown):
		return "the endpoint's certificate is not trusted"
	}
	return "the endpoint cannot be reached"
}
