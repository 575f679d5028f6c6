package transcript

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// carrier brings requests to a handler without a network, as a connection would: an answer that is flushed is on its way
// while the handler works on, and a handler that gives up breaks the connection.
type carrier struct {
	handler func() http.Handler // of the moment
	before  func(*http.Request) error
	under   *traffic
}

// traffic counts what is under way, and all that has been.
type traffic struct{ open, all atomic.Int64 }

// RoundTrip makes a carrier an http.RoundTripper.
func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c.Do(r) }

// Do brings one request.
func (c carrier) Do(r *http.Request) (*http.Response, error) {
	c.under.open.Add(1)
	c.under.all.Add(1)
	defer func() {
		c.under.all.Add(1)
		c.under.open.Add(-1)
	}()
	if c.before != nil {
		if err := c.before(r); err != nil {
			return nil, err
		}
	}
	w := newCarried(r)
	go w.serve(c.handler(), asServed(r))
	select {
	case <-w.began:
		return w.response, w.broken
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

// asServed is a request as its server sees it.
func asServed(r *http.Request) *http.Request {
	own := r.Clone(r.Context())
	own.RequestURI, own.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:1"
	if own.Host == "" {
		own.Host = r.URL.Host
	}
	if own.Body == nil {
		own.Body = http.NoBody
	}
	return own
}

// carried is the answer to a request, as its handler writes it.
type carried struct {
	began    chan struct{} // closed when response or broken is there
	response *http.Response
	broken   error

	mu     sync.Mutex
	header http.Header
	status int
	whole  bytes.Buffer   // until it is flushed
	rest   *io.PipeWriter // from then on; nil when all was there
	sent   bool
}

func newCarried(r *http.Request) *carried {
	return &carried{began: make(chan struct{}), header: http.Header{}, response: &http.Response{
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: -1,
	}}
}

var errBroken = errors.New("the connection was closed before the answer was whole")

func (w *carried) serve(h http.Handler, r *http.Request) {
	defer func() {
		cause := recover()
		if cause != nil && cause != http.ErrAbortHandler { //nolint:errorlint // that is what net/http compares
			panic(cause)
		}
		w.end(cause != nil)
	}()
	h.ServeHTTP(w, r)
}

// end sends what was not flushed, or breaks off.
func (w *carried) end(aborted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.sent && w.rest != nil && aborted:
		_ = w.rest.CloseWithError(io.ErrUnexpectedEOF)
	case w.sent && w.rest != nil:
		_ = w.rest.Close()
	case !w.sent && aborted:
		w.sent, w.broken = true, errBroken
		close(w.began)
	case !w.sent:
		w.send(io.NopCloser(bytes.NewReader(w.whole.Bytes())))
	}
}

func (w *carried) send(body io.ReadCloser) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.sent = true
	w.response.StatusCode, w.response.Status = w.status, http.StatusText(w.status)
	w.response.Header, w.response.Body = w.header.Clone(), body
	close(w.began)
}

// Header is the header to be written.
func (w *carried) Header() http.Header { return w.header }

// WriteHeader sets the status.
func (w *carried) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status == 0 {
		w.status = status
	}
}

// Write takes a part of the body.
func (w *carried) Write(p []byte) (int, error) {
	w.mu.Lock()
	if w.status == 0 {
		w.status = http.StatusOK
	}
	rest, sent := w.rest, w.sent
	if !sent {
		_, _ = w.whole.Write(p)
	}
	w.mu.Unlock()
	if rest != nil {
		return rest.Write(p)
	}
	if sent {
		return 0, errBroken
	}
	return len(p), nil
}

// Flush puts what is there on its way. A body whose length is known and reached is all there is.
func (w *carried) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sent {
		return
	}
	there := bytes.Clone(w.whole.Bytes())
	if length := w.header.Get("Content-Length"); length != "" {
		w.send(io.NopCloser(bytes.NewReader(there)))
		return
	}
	from, to := io.Pipe()
	w.rest = to
	w.send(struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(there), from), from})
}
