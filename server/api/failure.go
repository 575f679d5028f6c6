package api

import (
	"context"
	"errors"
	"net/http"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// kind says what sort of no an error of the general interface is.
type kind string

// The kinds (design.md §8). Programs branch on them, not on the message.
const (
	requestFailed    kind = "request_failed"    // WeChat could not be asked, or gave no usable answer
	invalidParameter kind = "invalid_parameter" // the body does not fit the method
	invalidReply     kind = "invalid_reply"     // the message does not fit WeChat's structure
	wechatRefused    kind = "wechat"            // WeChat said no, with an errcode
	unauthorized     kind = "unauthorized"
	notFound         kind = "not_found"
	rateLimited      kind = "rate_limited"
	internalError    kind = "internal"
)

// kinds lists all of them, for the document.
func kinds() []string {
	return []string{
		string(requestFailed), string(invalidParameter), string(invalidReply), string(wechatRefused),
		string(unauthorized), string(notFound), string(rateLimited), string(internalError),
	}
}

// failure is the answer to a request of the general interface that came to nothing. All of it but cause is
// for the asker, so no text of it may hold a secret.
type failure struct {
	Kind    kind   `json:"kind"`
	Errcode int    `json:"errcode,omitempty"` // WeChat's
	Message string `json:"message"`
	Field   string `json:"field,omitempty"` // path in the body; lists count from 1
	Hint    string `json:"hint,omitempty"`
	Trace   string `json:"trace"`

	status int
	hintZH string
	cause  error // for the log
}

func (f *failure) Error() string { return string(f.Kind) + ": " + f.Message }

// badField is a parameter that does not fit: what is wrong, what is allowed.
func badField(field, reason string) *failure {
	return &failure{Kind: invalidParameter, status: http.StatusBadRequest, Field: field, Message: reason}
}

// badReply is a message that WeChat could not show.
func badReply(field, reason string) *failure {
	return &failure{Kind: invalidReply, status: http.StatusUnprocessableEntity, Field: field, Message: reason}
}

// failureOf is what an asker is told of an error.
func failureOf(err error) *failure {
	var own *failure
	var field *wechat.FieldError
	var refused *api.Error
	var transport *api.TransportError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &field):
		return badField(field.Field, field.Reason)
	case errors.As(err, &refused):
		return refusalOf(refused)
	case errors.As(err, &transport):
		return lostCall(transport)
	case errors.Is(err, api.ErrSameToken):
		return &failure{Kind: requestFailed, status: http.StatusBadGateway, Message: api.ErrSameToken.Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{Kind: requestFailed, status: http.StatusGatewayTimeout, Message: "there was no answer in time"}
	}
	return &failure{
		Kind: internalError, status: http.StatusInternalServerError, cause: err,
		Message: "something went wrong on our side; the log has it under this trace",
	}
}

// refusalOf hands on WeChat's no, with its cause and cure.
func refusalOf(e *api.Error) *failure {
	said := e.Op + ": " + e.Msg
	if e.MsgID != "" {
		said += " (msg_id " + e.MsgID + ")"
	}
	if e.Rid != "" {
		said += " (rid " + e.Rid + ")"
	}
	return &failure{
		Kind: wechatRefused, status: statusOf(e.Class), Errcode: e.Code,
		Message: said, Hint: e.Hint, hintZH: e.HintZH,
	}
}

// statusOf is the HTTP status for a class of errcodes: what a client library should make of it.
func statusOf(c api.Class) int {
	switch c {
	case api.ClassBusy:
		return http.StatusServiceUnavailable
	case api.ClassRate, api.ClassQuota:
		return http.StatusTooManyRequests
	case api.ClassToken, api.ClassSecret, api.ClassIP, api.ClassPermission:
		return http.StatusBadGateway // the operator's to mend, not the asker's
	}
	return http.StatusUnprocessableEntity
}

// lostCall says why no usable answer came, and where asking again may do something twice.
func lostCall(e *api.TransportError) *failure {
	f := &failure{Kind: requestFailed, status: http.StatusBadGateway, Message: e.Error()}
	f.Hint, f.hintZH = e.Hint()
	if errors.Is(e, context.DeadlineExceeded) {
		f.status = http.StatusGatewayTimeout
	}
	return f
}
