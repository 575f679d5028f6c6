package wire_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server/wire"
)

// TestTimes ends what takes too long: a head, a body, a rest; and what net/http has taken over.
func TestTimes(t *testing.T) {
	for _, c := range []struct {
		name, first string // answered, when not ""
		then        string
		status      int // 0 = closed unanswered
		change      func(*http.Server)
	}{
		{"silence", "", "", 0, func(h *http.Server) { h.ReadHeaderTimeout = short }},
		{"half a head", "", post("a", "")[:30], 0, func(h *http.Server) { h.ReadHeaderTimeout = short }},
		{"half a head of a second request", post("a", ""), post("a", "")[:30], 0, func(h *http.Server) { h.ReadHeaderTimeout = short }},
		{"half a head of net/http's", "", get[:10], 400, func(h *http.Server) { h.ReadHeaderTimeout = short }},
		{"half a body", "", strings.TrimSuffix(post("a", "hello"), "lo"), 403, func(h *http.Server) { h.ReadTimeout = short }},
		{"rest", post("a", ""), "", 0, func(h *http.Server) { h.IdleTimeout = short }},
		{"three bytes after a rest", post("a", ""), "POS", 0, func(h *http.Server) { h.IdleTimeout = short }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, echo, c.change)
			p := s.dial(c.first)
			if c.first != "" {
				p.wants(200, "/wx/a q=1 ")
			}
			p.send(c.then)
			if c.status != 0 {
				status, _, last := p.answer()
				require.Equal(t, c.status, status)
				require.True(t, last)
			}
			p.closed()
		})
	}
}

// TestALongTurnDoesNotShortenTheRestAfterIt.
func TestALongTurnDoesNotShortenTheRestAfterIt(t *testing.T) {
	t.Parallel()
	passes := make(chan struct{})
	s := serve(t, func(p *wire.Post) {
		if p.Path == "/wx/long" {
			<-passes
		}
		echo(p)
	}, func(h *http.Server) { h.ReadHeaderTimeout, h.ReadTimeout = short, short })
	p := s.dial(post("long", ""))
	time.AfterFunc(short+short/2, func() { close(passes) })
	p.wants(200, "/wx/long q=1 ")
	p.send(post("a", ""))
	p.wants(200, "/wx/a q=1 ")
}

// TestHandedOverIsWithoutOurTimes: net/http, which gives its answers any time, must not inherit ours for writing.
func TestHandedOverIsWithoutOurTimes(t *testing.T) {
	t.Parallel()
	passes := make(chan struct{})
	s := serve(t, echo, func(h *http.Server) {
		next := h.Handler
		h.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-passes
			next.ServeHTTP(w, r)
		})
	})
	s.Impatient(short)
	p := s.dial(post("a", ""))
	p.wants(200, "/wx/a q=1 ")
	p.send(get)
	time.AfterFunc(2*short, func() { close(passes) })
	p.wants(http.StatusTeapot, "GET")
}

// TestAHeadHasItsTimeOnce: what was waited for a head before the hand-over is taken from net/http's time for it.
func TestAHeadHasItsTimeOnce(t *testing.T) {
	t.Parallel()
	conn := &slowHead{began: make(chan struct{}), goOn: make(chan struct{}), times: make(chan time.Time, 8)}
	conns := make(chan net.Conn, 1)
	conns <- conn
	s := wire.New(&http.Server{ReadHeaderTimeout: patient}, "/wx/", echo)
	go func() { _ = s.Serve(&oneSocket{conns: conns, done: make(chan struct{})}) }()
	defer s.Close()
	ours := <-conn.times
	<-conn.began
	began := time.Now()
	<-time.After(short)
	close(conn.goOn)
	theirs := <-conn.times
	require.Less(t, theirs.Sub(ours), time.Since(began))
	require.Less(t, theirs.Sub(ours), short)
}

// slowHead is a connection whose peer waits for the test within the head.
type slowHead struct {
	net.Conn
	began, goOn chan struct{}
	times       chan time.Time
	reads       int
}

func (c *slowHead) Read(p []byte) (int, error) {
	switch c.reads++; c.reads {
	case 1:
		return copy(p, "POST /wx/"), nil
	case 2:
		close(c.began)
		<-c.goOn
		return copy(p, "\n"), nil
	}
	return 0, io.EOF
}

func (c *slowHead) SetReadDeadline(t time.Time) error {
	if !t.IsZero() {
		c.times <- t
	}
	return nil
}
func (c *slowHead) SetWriteDeadline(time.Time) error      { return nil }
func (c *slowHead) SetDeadline(time.Time) error           { return nil }
func (c *slowHead) Write(p []byte) (int, error)           { return len(p), nil }
func (c *slowHead) Close() error                          { return nil }
func (c *slowHead) RemoteAddr() net.Addr                  { return &net.TCPAddr{} }
func (c *slowHead) LocalAddr() net.Addr                   { return &net.TCPAddr{} }
func (c *slowHead) SyscallConn() (syscall.RawConn, error) { return struct{ syscall.RawConn }{}, nil }

// oneSocket accepts what a test gives it.
type oneSocket struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (l *oneSocket) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *oneSocket) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}
func (*oneSocket) Addr() net.Addr { return &net.TCPAddr{} }
