package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"moonwire/server/wire"
)

// Listener serves one handler on one open socket.
type Listener struct {
	Socket  net.Listener
	Handler http.Handler
	// Posts are the plain POSTs below /wx/, where package wire is to read them past net/http; nil = net/http reads all.
	Posts func(*wire.Post)
	Log   *slog.Logger
	// Drain is how long requests under way may take to end once ctx is over.
	Drain time.Duration
	// ReadTimeout is how long a whole request may take to arrive; default 10 s. WeChat itself gives up after five.
	ReadTimeout time.Duration
	// HeaderTimeout is how long the head of a request may take; default 5 s.
	HeaderTimeout time.Duration
	// Connections are shared by the listeners of a process; nil = those of this one alone.
	Connections *Connections
}

// Run serves until ctx ends, then lets requests under way finish within Drain and closes.
func (l Listener) Run(ctx context.Context) error {
	if l.Connections == nil {
		l.Connections = NewConnections(0)
	}
	if l.ReadTimeout == 0 {
		l.ReadTimeout = 10 * time.Second
	}
	if l.HeaderTimeout == 0 {
		l.HeaderTimeout = 5 * time.Second
	}
	srv := l.server()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, done := context.WithTimeout(context.WithoutCancel(ctx), l.Drain)
		defer done()
		err := srv.Shutdown(grace)
		if err != nil {
			err = srv.Close()
		}
		stopped <- err
	}()
	err := srv.Serve(&door{Listener: l.Socket, connections: l.Connections, log: l.Log, closed: make(chan struct{})})
	cancel()
	stopErr := <-stopped
	if errors.Is(err, http.ErrServerClosed) {
		return stopErr
	}
	return err
}

// httpServer is net/http's, or wire's in front of it.
type httpServer interface {
	Serve(socket net.Listener) error
	Shutdown(ctx context.Context) error
	Close() error
}

func (l Listener) server() httpServer {
	srv := &http.Server{
		Handler:           l.Handler,
		ReadHeaderTimeout: min(l.HeaderTimeout, l.ReadTimeout),
		ReadTimeout:       l.ReadTimeout,
		ConnState:         l.Connections.state,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(l.Log.Handler(), slog.LevelDebug),
	}
	if l.Posts == nil {
		return srv
	}
	return wire.New(srv, callbackPrefix, l.Posts)
}
