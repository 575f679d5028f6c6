package outside

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// Request is one call.
type Request struct {
	Method  string // GET, POST, PUT, PATCH or DELETE
	Target  Target
	Query   string // encoded; added to that of the target
	Headers map[string]string
	Body    []byte // nil: none
	Type    string // Content-Type of the body, unless Headers say
	Timeout time.Duration
	Retry   Retry
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Do makes the call, its redirects and repeats. The error is an *Error.
func (a *Account) Do(ctx context.Context, r Request) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	leave, err := a.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	answer, err := a.repeat(ctx, r)
	if s := r.Target.service; s != nil {
		return s.answer(answer), s.err(err)
	}
	return answer, err
}

func (r *Request) timeout() time.Duration {
	d := r.Timeout
	if s := r.Target.service; d == 0 && s != nil {
		d = s.timeout
	}
	if d == 0 {
		d = DefaultTimeout
	}
	return min(d, MaxTimeout)
}

// first is the request as it leaves for its target; redirects make others of it.
func (r *Request) first(ctx context.Context) *http.Request {
	u := *r.Target.url
	if r.Query != "" {
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+r.Query, "&")
	}
	h := make(http.Header, len(r.Headers)+5)
	h["User-Agent"], h["Accept-Encoding"] = []string{"Moonwire"}, []string{"gzip"}
	if r.Body != nil && r.Type != "" {
		h["Content-Type"] = []string{r.Type}
	}
	for name, value := range r.Headers {
		h.Set(name, value)
	}
	if r.Retry.Key != "" {
		h["Idempotency-Key"] = []string{r.Retry.Key}
	}
	if s := r.Target.service; s != nil {
		for name, values := range s.headers {
			h[name] = values
		}
	}
	req := (&http.Request{Method: r.Method, URL: &u, Header: h, Host: u.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	r.carry(req)
	return req
}

// carry gives a request the body.
func (r *Request) carry(req *http.Request) {
	if r.Body == nil {
		return
	}
	req.ContentLength = int64(len(r.Body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
	req.Body, _ = req.GetBody()
	if len(r.Body) == 0 {
		req.Body = http.NoBody
	}
}
