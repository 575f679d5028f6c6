package wire_test

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server/wire"
)

// TestShutdown closes what rests, lets end what works, and takes nothing new.
func TestShutdown(t *testing.T) {
	works, end := make(chan struct{}), make(chan struct{})
	s := serve(t, func(p *wire.Post) {
		if p.Path == "/wx/slow" {
			close(works)
			<-end
		}
		echo(p)
	})
	fresh, head, resting, handed := s.dial(""), s.dial("POST /wx/a"), s.dial(post("a", "")), s.dial(get)
	resting.wants(200, "/wx/a q=1 ")
	handed.wants(http.StatusTeapot, "GET")
	slow := s.dial(post("slow", ""))
	<-works
	require.Eventually(t, func() bool { return len(s.statesOf(fresh)) == 1 && len(s.statesOf(head)) == 1 }, patient, time.Millisecond)
	down := make(chan error, 1)
	go func() { down <- s.Shutdown(t.Context()) }()
	for _, p := range []*peer{fresh, head, resting, handed} {
		p.closed()
	}
	require.ErrorIs(t, <-s.ended, http.ErrServerClosed)
	select {
	case err := <-down:
		t.Fatalf("ended before the last request: %v", err)
	default:
	}
	close(end)
	_, body, last := slow.answer()
	require.Equal(t, "/wx/slow q=1 ", body)
	require.True(t, last, "nothing more is served")
	slow.closed()
	require.NoError(t, <-down)
}

// TestShutdownInTime gives up when its time is over; Close closes what is left.
func TestShutdownInTime(t *testing.T) {
	works, gone := make(chan struct{}), make(chan struct{})
	s := serve(t, func(p *wire.Post) {
		close(works)
		<-p.Gone()
		close(gone)
	})
	p := s.dial(post("a", ""))
	<-works
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Shutdown(ctx), context.Canceled)
	require.NoError(t, s.Close())
	p.closed()
	<-gone
}

// TestWhoComesAtTheEndIsTurnedAway: a connection that was accepted while the end began is closed.
func TestWhoComesAtTheEndIsTurnedAway(t *testing.T) {
	theirs, ours := net.Pipe()
	s := wire.New(&http.Server{}, "/wx/", echo)
	socket := &lastSocket{last: watched{ours}, asked: make(chan struct{}), done: make(chan struct{})}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(socket) }()
	<-socket.asked
	require.NoError(t, s.Shutdown(t.Context()))
	require.ErrorIs(t, <-ended, http.ErrServerClosed)
	read := make(chan error, 1)
	go func() {
		_, err := theirs.Read(make([]byte, 1))
		read <- err
	}()
	select {
	case err := <-read:
		require.ErrorIs(t, err, io.EOF)
	case <-time.After(patient):
		t.Fatal("the connection stays open")
	}
}

// watched is a connection that can be looked at, as far as anybody can tell.
type watched struct{ net.Conn }

func (watched) SyscallConn() (syscall.RawConn, error) { return struct{ syscall.RawConn }{}, nil }

// lastSocket accepts one connection, when it is closed.
type lastSocket struct {
	last        net.Conn
	asked, done chan struct{}
	once, given sync.Once
}

func (l *lastSocket) Accept() (conn net.Conn, err error) {
	err = net.ErrClosed
	l.given.Do(func() {
		close(l.asked)
		<-l.done
		conn, err = l.last, nil
	})
	return conn, err
}

func (l *lastSocket) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}
func (*lastSocket) Addr() net.Addr { return &net.TCPAddr{} }

// TestPanicsAreLogged as net/http logs them, and cost one connection.
func TestPanicsAreLogged(t *testing.T) {
	lines := make(chan string, 1)
	s := serve(t, func(p *wire.Post) {
		if p.Path == "/wx/aborts" {
			panic(http.ErrAbortHandler)
		}
		panic("a slip of ours")
	}, func(h *http.Server) {
		h.ErrorLog = log.New(writerFunc(func(p []byte) { lines <- string(p) }), "", 0)
	})
	s.dial(post("aborts", "")).closed() // which is meant, and not spoken of
	p := s.dial(post("a", ""))
	p.closed()
	line := <-lines
	require.Contains(t, line, "http: panic serving "+p.LocalAddr().String()+": a slip of ours\n")
	require.Contains(t, line, "TestPanicsAreLogged", "the stack")
	want := []http.ConnState{http.StateNew, http.StateActive, http.StateClosed}
	require.Eventually(t, func() bool { return slices.Equal(want, s.statesOf(p)) }, patient, time.Millisecond)
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}

// TestAPeerThatReadsNothing is given up, and others are served meanwhile.
func TestAPeerThatReadsNothing(t *testing.T) {
	failed := make(chan error, 1)
	s := serve(t, func(p *wire.Post) {
		if p.Path != "/wx/a" {
			echo(p)
			return
		}
		failed <- p.Answer("text/plain", bytes.Repeat([]byte("x"), 64<<20), false)
	})
	s.Impatient(short)
	deaf := s.dial(post("a", ""))
	s.dial(post("b", "")).wants(200, "/wx/b q=1 ")
	require.Error(t, <-failed)
	_, _ = io.Copy(io.Discard, deaf.answers) // until it is closed
}

// TestConnectionsThatCannotBeLookedAt are net/http's from the first byte.
func TestConnectionsThatCannotBeLookedAt(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	rest := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })}
	s := wire.New(rest, "/wx/", echo)
	go func() { _ = s.Serve(blindSocket{socket}) }()
	defer s.Close()
	res, err := http.Post("http://"+socket.Addr().String()+"/wx/a", "text/plain", strings.NewReader("x"))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusTeapot, res.StatusCode)
}

type blindSocket struct{ net.Listener }

func (l blindSocket) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return struct{ net.Conn }{conn}, err
}
