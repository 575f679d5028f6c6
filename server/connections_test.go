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

	"moonwire/bot"
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

// SyscallConn shows wire that the peer can be looked after.
func (c *countedConn) SyscallConn() (syscall.RawConn, error) {
	return c.Conn.(syscall.Conn).SyscallConn()
}

// serveOn serves on a socket of the test's with bounds of its own.
func (by reader) serveOn(t *testing.T, socket net.Listener, c *server.Connections, answer func(bot.Responder, []byte), log io.Writer) string {
	t.Helper()
	by.serve(t, server.New(&fakeFleet{receive: answer}, server.Options{}), func(l *server.Listener) {
		require.NoError(t, l.Socket.Close())
		l.Socket, l.Connections, l.Log = socket, c, slog.New(slog.NewTextHandler(log, nil))
	})
	return "http://" + socket.Addr().String()
}

func answersOK(r bot.Responder, _ []byte) { r.Respond("text/plain", []byte("ok"), bot.OnReturn) }

// TestRestingConnectionsMakeRoom: who says nothing, or nothing more, does not keep a push out.
func TestRestingConnectionsMakeRoom(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
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
				base := by.serveOn(t, few, server.NewConnections(c.files).Impatient(5*time.Millisecond), answersOK, log)
				asked := dial(t, base, push)
				require.Equal(t, http.StatusOK, statusOf(t, asked), "and rests from now on")
				for range 40 {
					dial(t, base, "")
					dial(t, base, "POST /wx/shop HTTP/1.1\r\n") // half a head
				}
				require.Equal(t, http.StatusOK, statusOf(t, dial(t, base, push)))
				require.LessOrEqual(t, few.open.Load(), int64(9))
				require.Equal(t, few.failed.Load() > 0, strings.Contains(log.String(), "ulimit -n"))
				require.Equal(t, c.most == 8, few.failed.Load() > 0)
			})
		}
	})
}

// TestWorkIsNotClosed: newcomers wait while all connections are at work, and come in when one is done.
func TestWorkIsNotClosed(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		socket, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		working, end := make(chan struct{}, 100), make(chan struct{})
		var most, now atomic.Int64
		base := by.serveOn(t, socket, server.NewConnections(16), func(r bot.Responder, _ []byte) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			working <- struct{}{}
			<-end
			answersOK(r, nil)
		}, io.Discard)
		var all []net.Conn
		for range 20 {
			all = append(all, dial(t, base, push))
		}
		for range 8 { // NewConnections leaves 8 at least
			<-working
		}
		close(end)
		for _, conn := range all {
			require.Equal(t, http.StatusOK, statusOf(t, conn))
		}
		require.LessOrEqual(t, most.Load(), int64(9))
	})
}

// TestListenerEndsWhileFull: waiting for room does not hold up the end.
func TestListenerEndsWhileFull(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		working := make(chan struct{}, 8)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		l := by.listener(t, server.New(&fakeFleet{receive: func(r bot.Responder, _ []byte) {
			working <- struct{}{}
			<-r.Gone()
		}}, server.Options{}))
		l.Connections = server.NewConnections(16)
		go func() { ended <- l.Run(ctx) }()
		for range 8 {
			dial(t, l.Socket.Addr().String(), push)
			<-working
		}
		stop()
		select {
		case err := <-ended:
			require.NoError(t, err)
		case <-time.After(patient):
			t.Fatal("the listener does not end")
		}
	})
}

// TestSilentConnectionsAreFew: those that never asked for anything are bounded more tightly than those that did.
func TestSilentConnectionsAreFew(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		socket, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		few := &fewFiles{Listener: socket, most: 1 << 20}
		base := by.serveOn(t, few, server.NewConnections(1000).Impatient(0), answersOK, io.Discard)
		asked := dial(t, base, push)
		require.Equal(t, http.StatusOK, statusOf(t, asked))
		for range 300 {
			dial(t, base, "")
		}
		require.Equal(t, http.StatusOK, statusOf(t, dial(t, base, push)))
		require.LessOrEqual(t, few.open.Load(), int64(130))
		_, err = io.WriteString(asked, push)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, statusOf(t, asked), "a connection in use is not closed for their sake")
	})
}
