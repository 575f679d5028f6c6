package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server"
)

// fewFiles is a listener of a system that has few files.
type fewFiles struct {
	net.Listener
	most   int64
	open   atomic.Int64
	failed atomic.Int64
}

func (l *fewFiles) Accept() (net.Conn, error) {
	if l.open.Load() >= l.most {
		l.failed.Add(1)
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return &countedConn{Conn: conn, open: &l.open}, nil
}

type countedConn struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// listenOn serves on a socket with bounds of its own, and waits a minute for each request.
func listenOn(t *testing.T, socket net.Listener, c *server.Connections, h http.Handler, log io.Writer) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var runs sync.WaitGroup
	runs.Go(func() {
		_ = server.Listener{
			Socket: socket, Handler: h, Log: slog.New(slog.NewTextHandler(log, nil)), Drain: time.Millisecond,
			ReadTimeout: 2 * patient, HeaderTimeout: 2 * patient, Connections: c,
		}.Run(ctx)
	})
	t.Cleanup(func() {
		stop()
		runs.Wait()
	})
	return "http://" + socket.Addr().String()
}

var answersOK = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })

// TestRestingConnectionsMakeRoom: who says nothing, or nothing more, does not keep a push out.
func TestRestingConnectionsMakeRoom(t *testing.T) {
	for _, c := range []struct {
		name  string
		files int // what the program thinks it may open
		most  int64
	}{
		{"by our own bound", 16, 1 << 20},
		{"the system has no more files", 100_000, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			socket, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			few, log := &fewFiles{Listener: socket, most: c.most}, &lockedBuffer{}
			base := listenOn(t, few, server.NewConnections(c.files).Impatient(5*time.Millisecond), answersOK, log)
			asked := dial(t, base, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			require.Equal(t, http.StatusOK, statusOf(t, asked), "and rests from now on")
			for range 40 {
				dial(t, base, "")
				dial(t, base, "POST /wx/shop HTTP/1.1\r\n") // half a head
			}
			require.Equal(t, http.StatusOK, statusOf(t, dial(t, base, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")))
			require.LessOrEqual(t, few.open.Load(), int64(9))
			require.Equal(t, few.failed.Load() > 0, strings.Contains(log.String(), "ulimit -n"))
			require.Equal(t, c.most == 8, few.failed.Load() > 0)
		})
	}
}

// TestWorkIsNotClosed: newcomers wait while all connections are at work, and come in when one is done.
func TestWorkIsNotClosed(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	working, end := make(chan struct{}, 100), make(chan struct{})
	var most, now atomic.Int64
	base := listenOn(t, socket, server.NewConnections(16), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		working <- struct{}{}
		<-end
		_, _ = io.WriteString(w, "ok")
	}), io.Discard)
	var all []net.Conn
	for range 20 {
		all = append(all, dial(t, base, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
	}
	for range 8 { // NewConnections leaves 8 at least
		<-working
	}
	close(end)
	for _, conn := range all {
		require.Equal(t, http.StatusOK, statusOf(t, conn))
	}
	require.LessOrEqual(t, most.Load(), int64(9))
}

// TestListenerEndsWhileFull: waiting for room does not hold up the end.
func TestListenerEndsWhileFull(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	working := make(chan struct{}, 8)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- server.Listener{
			Socket: socket, Log: slog.New(slog.DiscardHandler), Drain: time.Millisecond, Connections: server.NewConnections(16),
			Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				working <- struct{}{}
				<-r.Context().Done()
			}),
		}.Run(ctx)
	}()
	for range 8 {
		dial(t, socket.Addr().String(), "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
		<-working
	}
	stop()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(patient):
		t.Fatal("the listener does not end")
	}
}

// TestSilentConnectionsAreFew: those that never asked for anything are bounded more tightly than those that did.
func TestSilentConnectionsAreFew(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	few := &fewFiles{Listener: socket, most: 1 << 20}
	base := listenOn(t, few, server.NewConnections(1000).Impatient(0), answersOK, io.Discard)
	asked := dial(t, base, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.Equal(t, http.StatusOK, statusOf(t, asked))
	for range 300 {
		dial(t, base, "")
	}
	require.Equal(t, http.StatusOK, statusOf(t, dial(t, base, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")))
	require.LessOrEqual(t, few.open.Load(), int64(130))
	_, err = io.WriteString(asked, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, statusOf(t, asked), "a connection in use is not closed for their sake")
}
