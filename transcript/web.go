package transcript

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"moonwire/outside"
)

// route is one declared answer of another server.
type route struct {
	method, address string // address may end in *
	query           bool   // address has a query, which must fit
	status          int
	body            string
	fails           outside.Kind // instead of an answer
	slow            time.Duration
	left            int // how often it still answers; -1 = always
}

func (t *route) fits(method, address, query string) bool {
	if t.left == 0 || t.method != method {
		return false
	}
	if t.query {
		address += "?" + query
	}
	if start, more := strings.CutSuffix(t.address, "*"); more {
		return strings.HasPrefix(address, start)
	}
	return t.address == address
}

// web is all other servers: those that the transcript declares, and nobody else.
type web struct {
	clock *clock
	under *traffic

	mu     sync.Mutex
	routes []*route
	astray []string // calls that nobody declared, as lines that would
}

func (w *web) declare(t route) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.routes = append(w.routes, &t)
}

// undeclared takes the calls that nobody has declared.
func (w *web) undeclared() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	astray := w.astray
	w.astray = nil
	return astray
}

// find takes the route for a call: the first of those that answer a number of times only, else the latest.
func (w *web) find(r *http.Request) *route {
	w.mu.Lock()
	defer w.mu.Unlock()
	address := *r.URL
	address.RawQuery, address.Fragment = "", ""
	var found *route
	for _, t := range w.routes {
		if t.fits(r.Method, address.String(), r.URL.RawQuery) && (found == nil || found.left < 0) {
			found = t
		}
	}
	switch {
	case found == nil:
		w.astray = append(w.astray, fmt.Sprintf("http %s %s -> 200 {}", r.Method, address.String()))
		return nil
	case found.left > 0:
		found.left--
	}
	told := *found
	return &told
}

// RoundTrip answers a call of a script.
func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	w.under.open.Add(1)
	w.under.all.Add(1)
	defer w.under.open.Add(-1)
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	t := w.find(r)
	if t == nil {
		return nil, &outside.Error{
			Kind: outside.NotAllowed, Message: "the transcript does not declare this call",
			Hint: "declare it in the .chat file", HintZH: "请在 .chat 文件里声明这次调用",
		}
	}
	if err := w.wait(r, t.slow); err != nil {
		return nil, err
	}
	if t.fails != "" {
		return nil, &outside.Error{Kind: t.fails, Message: r.URL.Host + " fails, as the transcript says"}
	}
	kind := "text/plain; charset=utf-8"
	if strings.HasPrefix(t.body, "{") || strings.HasPrefix(t.body, "[") {
		kind = "application/json; charset=utf-8"
	}
	return &http.Response{
		Status: http.StatusText(t.status), StatusCode: t.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(t.body)), ContentLength: int64(len(t.body)),
	}, nil
}

// wait holds a call up by the held clock, and ends it where it has no time left.
func (w *web) wait(r *http.Request, d time.Duration) error {
	late := false
	if until, ok := r.Context().Deadline(); ok {
		if left := time.Until(until).Round(time.Second); d >= left {
			d, late = left, true
		}
	}
	if d > 0 {
		if err := w.clock.Sleep(r.Context(), d); err != nil {
			return err
		}
	}
	if late {
		return &outside.Error{Kind: outside.Timeout, Message: r.URL.Host + " did not answer in time"}
	}
	return nil
}
