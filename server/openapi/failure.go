package openapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// Kind says what sort of no a failure is. Programs branch on it, not on the message.
type Kind string

// The kinds (design.md §8).
const (
	RequestFailed    Kind = "request_failed"    // WeChat could not be asked, or gave no usable answer
	InvalidParameter Kind = "invalid_parameter" // the body does not fit the method
	InvalidReply     Kind = "invalid_reply"     // the message does not fit WeChat's structure
	WeChatRefused    Kind = "wechat"            // WeChat said no, with an errcode
	Unauthorized     Kind = "unauthorized"
	Forbidden        Kind = "forbidden" // the key has no right to this
	NotFound         Kind = "not_found"
	Conflict         Kind = "conflict" // what is there does not allow it now
	RateLimited      Kind = "rate_limited"
	Internal         Kind = "internal"
)

// Failure is the answer to a request that came to nothing. All of it but Cause is for the asker, so no text of it may hold
// a secret.
type Failure struct {
	Kind    Kind   `json:"kind"`
	Errcode int    `json:"errcode,omitempty"` // WeChat's
	Message string `json:"message"`
	Field   string `json:"field,omitempty"` // path in the body; lists count from 1
	Hint    string `json:"hint,omitempty"`
	Trace   string `json:"trace"`

	Status int    `json:"-"`
	HintZH string `json:"-"` // in place of Hint for who reads Chinese
	Cause  error  `json:"-"` // for the log
}

func (f *Failure) Error() string { return string(f.Kind) + ": " + f.Message }

// BadField is a parameter that does not fit: what is wrong, what is allowed.
func BadField(field, reason string) *Failure {
	return &Failure{Kind: InvalidParameter, Status: http.StatusBadRequest, Field: field, Message: reason}
}

// BadReply is a message that WeChat could not show.
func BadReply(field, reason string) *Failure {
	return &Failure{Kind: InvalidReply, Status: http.StatusUnprocessableEntity, Field: field, Message: reason}
}

// Ours is an error that the asker can do nothing about.
func Ours(err error) *Failure {
	return &Failure{
		Kind: Internal, Status: http.StatusInternalServerError, Cause: err,
		Message: "something went wrong on our side; the log has it under this trace",
	}
}

// Refuse answers a request with a failure, under the trace that the log has it by.
func Refuse(w http.ResponseWriter, r *http.Request, f *Failure, trace string) {
	f.Trace = trace
	if f.HintZH != "" && strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "zh") {
		f.Hint = f.HintZH
	}
	body, _ := Encode(map[string]*Failure{"error": f})
	Send(w, f.Status, body)
}

// Bearer is the key of `Authorization: Bearer …`; "" when there is none, or more than one header.
func Bearer(h http.Header) string {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return ""
	}
	scheme, key, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// Encode writes JSON without HTML escapes, so that links read as links.
func Encode(v any) ([]byte, error) {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return []byte(out.String()), err
}

// Send answers a request with JSON.
func Send(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Length", strconv.Itoa(len(body)))
	Head(w, status)
	_, _ = w.Write(body)
}

// Head begins an answer in JSON, which no cache may keep.
func Head(w http.ResponseWriter, status int) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
}
