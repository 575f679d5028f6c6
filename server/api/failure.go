package api

import (
	"context"
	"errors"
	"net/http"

	"moonwire/server/openapi"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// failureOf is what an asker is told of an error.
func failureOf(err error) *openapi.Failure {
	var own *openapi.Failure
	var field *wechat.FieldError
	var refused *api.Error
	var transport *api.TransportError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &field):
		return openapi.BadField(field.Field, field.Reason)
	case errors.As(err, &refused):
		return refusalOf(refused)
	case errors.As(err, &transport):
		return lostCall(transport)
	case errors.Is(err, api.ErrSameToken):
		return &openapi.Failure{Kind: openapi.RequestFailed, Status: http.StatusBadGateway, Message: api.ErrSameToken.Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return &openapi.Failure{Kind: openapi.RequestFailed, Status: http.StatusGatewayTimeout, Message: "there was no answer in time"}
	}
	return openapi.Ours(err)
}

// refusalOf hands on WeChat's no, with its cause and cure.
func refusalOf(e *api.Error) *openapi.Failure {
	said := e.Op + ": " + e.Msg
	if e.MsgID != "" {
		said += " (msg_id " + e.MsgID + ")"
	}
	if e.Rid != "" {
		said += " (rid " + e.Rid + ")"
	}
	return &openapi.Failure{
		Kind: openapi.WeChatRefused, Status: statusOf(e.Class), Errcode: e.Code,
		Message: said, Hint: e.Hint, HintZH: e.HintZH,
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
func lostCall(e *api.TransportError) *openapi.Failure {
	f := &openapi.Failure{Kind: openapi.RequestFailed, Status: http.StatusBadGateway, Message: e.Error()}
	f.Hint, f.HintZH = e.Hint()
	if errors.Is(e, context.DeadlineExceeded) {
		f.Status = http.StatusGatewayTimeout
	}
	return f
}
