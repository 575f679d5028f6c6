package wire

import (
	"context"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Server accepts connections and shares them with net/http.
type Server struct {
	rest  *http.Server
	start string // of a plain request line
	serve func(*Post)
	hook  func(net.Conn, http.ConnState)

	writeTime time.Duration

	buffers sync.Pool // of *[room]byte
	answers sync.Pool // of *[]byte
	clock   atomic.Pointer[second]
	gone    watcher
	ending  atomic.Bool

	mu    sync.Mutex
	conns map[*Conn]struct{}
	none  chan struct{} // closed when the last connection is, once the end has begun; nil before
}

// New makes a server whose plain requests below prefix are serve's; the handler of rest has all others. The times, the
// ConnState hook and the log of rest hold for both; rest is the server's from now on.
func New(rest *http.Server, prefix string, serve func(*Post)) *Server {
	s := &Server{rest: rest, start: method + prefix, serve: serve, hook: rest.ConnState, writeTime: writeTime, conns: map[*Conn]struct{}{}}
	if s.hook == nil {
		s.hook = func(net.Conn, http.ConnState) {}
	}
	rest.ConnState, rest.ConnContext, rest.Handler = s.restState, withConn, s.renewing(rest.Handler)
	s.buffers.New = func() any { return new([room]byte) }
	s.answers.New = func() any { b := make([]byte, 0, usualAnswer); return &b }
	return s
}

// restState is net/http's hook. To others a connection that is handed over is not new.
func (s *Server) restState(c net.Conn, state http.ConnState) {
	if state != http.StateNew {
		s.hook(c, state)
	}
}

// connKey is where the context of a request has its connection.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// mostMissed is how many requests that might have been plain net/http reads on one connection. It is closed then: its peer
// opens another, and this package reads that.
const mostMissed = 64

// renewing is the handler of net/http's requests. A proxy that once passed on something else would otherwise keep
// sending plain requests to net/http for ever.
func (s *Server) renewing(next http.Handler) http.Handler {
	prefix := s.start[len(method):]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, prefix) {
			if c, ok := r.Context().Value(connKey{}).(*Conn); ok {
				if c.missed++; c.missed >= mostMissed && c.raw != nil {
					w.Header().Set("Connection", "close")
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// Serve serves a socket until the end; its error is net/http's.
func (s *Server) Serve(socket net.Listener) error {
	f := &front{Listener: socket, s: s, handed: make(chan *Conn), failed: make(chan error), closed: make(chan struct{})}
	f.accepting.Go(f.accept)
	err := s.rest.Serve(f) // closes f
	f.accepting.Wait()
	return err
}

// Shutdown ends in order: no further connections, those at rest are closed, requests under way may end until ctx does.
func (s *Server) Shutdown(ctx context.Context) error {
	none := s.beginEnd()
	for _, c := range s.all() {
		c.closeOurs()
	}
	if err := s.rest.Shutdown(ctx); err != nil {
		return err
	}
	select {
	case <-none:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes everything at once. Handlers that still run find their connections closed.
func (s *Server) Close() error {
	s.beginEnd()
	err := s.rest.Close()
	for _, c := range s.all() {
		_ = c.end()
	}
	return err
}

func (s *Server) beginEnd() (none <-chan struct{}) {
	s.ending.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.none == nil {
		s.none = make(chan struct{})
		s.lookIfNone()
	}
	return s.none
}

// lookIfNone is called with the mutex held.
func (s *Server) lookIfNone() {
	if s.none != nil && len(s.conns) == 0 {
		select {
		case <-s.none:
		default:
			close(s.none)
		}
	}
}

func (s *Server) all() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Conn, 0, len(s.conns))
	for c := range s.conns {
		all = append(all, c)
	}
	return all
}

// admit takes a connection in; nil when the end has begun.
func (s *Server) admit(conn net.Conn) *Conn {
	c := &Conn{Conn: conn, s: s}
	if sys, ok := conn.(syscall.Conn); ok && canPeek {
		c.raw, _ = sys.SyscallConn()
	}
	s.mu.Lock()
	if s.none != nil {
		s.mu.Unlock()
		_ = conn.Close()
		return nil
	}
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	s.hook(c, http.StateNew)
	return c
}

func (s *Server) forget(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.lookIfNone()
}

// The times are net/http's, which says what each is when it is not given.
func (s *Server) headTime() time.Duration {
	return orLong(s.rest.ReadHeaderTimeout, s.rest.ReadTimeout)
}
func (s *Server) bodyTime() time.Duration { return orLong(s.rest.ReadTimeout, 0) }
func (s *Server) idleTime() time.Duration { return orLong(s.rest.IdleTimeout, s.rest.ReadTimeout) }

// orLong is the first time that is given.
func orLong(a, b time.Duration) time.Duration {
	const long = 24 * time.Hour
	switch {
	case a > 0:
		return a
	case b > 0:
		return b
	}
	return long
}

// front is what net/http accepts from: connections that brought something that is not plain.
type front struct {
	net.Listener
	s         *Server
	handed    chan *Conn
	failed    chan error // of accepting; net/http decides whether to go on
	closing   sync.Once
	closed    chan struct{}
	accepting sync.WaitGroup
}

// Accept waits for a connection that is net/http's.
func (f *front) Accept() (net.Conn, error) {
	select {
	case c := <-f.handed:
		return c, nil
	case err := <-f.failed:
		return nil, err
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close ends accepting.
func (f *front) Close() error {
	f.closing.Do(func() { close(f.closed) })
	return f.Listener.Close()
}

// accept begins to read each connection that comes.
func (f *front) accept() {
	for {
		conn, err := f.Listener.Accept()
		if err != nil {
			select {
			case f.failed <- err:
				continue
			case <-f.closed:
				return
			}
		}
		if c := f.s.admit(conn); c != nil {
			go f.read(c)
		}
	}
}

// read reads a connection until it ends or is net/http's.
func (f *front) read(c *Conn) {
	given := false
	defer func() {
		if cause := recover(); cause != nil {
			f.s.logPanic(c, cause)
		}
		if !given {
			_ = c.end()
			f.s.hook(c, http.StateClosed)
		}
	}()
	buffer := f.s.buffers.Get().(*[room]byte)
	n, err := 0, error(nil)
	if c.raw != nil {
		n, err = c.posts(buffer[:])
	}
	if err == nil && c.handOver(buffer, n) {
		given = f.give(c)
	}
	if !given || n == 0 {
		f.s.buffers.Put(buffer)
	}
}

func (f *front) give(c *Conn) bool {
	select {
	case f.handed <- c:
		return true
	case <-f.closed:
		return false
	}
}

// logPanic says what net/http says of a handler that panics.
func (s *Server) logPanic(c *Conn, cause any) {
	if cause != http.ErrAbortHandler && s.rest.ErrorLog != nil {
		s.rest.ErrorLog.Printf("http: panic serving %v: %v\n%s", c.RemoteAddr(), cause, debug.Stack())
	}
}
