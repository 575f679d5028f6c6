package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Listener serves one handler on one open socket.
type Listener struct {
	Socket  net.Listener
	Handler http.Handler
	Log     *slog.Logger
	// Drain is how long requests under way may take to end once ctx is over.
	Drain time.Duration
}

// Run serves until ctx ends, then lets requests under way finish within Drain and closes.
func (l Listener) Run(ctx context.Context) error {
	srv := &http.Server{
		Handler:           l.Handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second, // a whole push; WeChat itself gives up after five
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(l.Log.Handler(), slog.LevelDebug),
	}
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
	err := srv.Serve(l.Socket)
	cancel()
	stopErr := <-stopped
	if errors.Is(err, http.ErrServerClosed) {
		return stopErr
	}
	return err
}
