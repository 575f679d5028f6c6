package server_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server"
)

// reader is who reads pushes.
type reader string

const (
	standard reader = "net/http"
	fast     reader = "wire"
)

// byBoth runs a test with each reader.
func byBoth(t *testing.T, test func(t *testing.T, by reader)) {
	t.Helper()
	for _, by := range []reader{standard, fast} {
		t.Run(string(by), func(t *testing.T) { test(t, by) })
	}
}

// listener serves the public handler. Requests may take a minute to arrive.
func (by reader) listener(t testing.TB, s *server.Server) server.Listener {
	t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := server.Listener{
		Socket: socket, Handler: s.Public(), Log: slog.New(slog.DiscardHandler), Drain: time.Millisecond,
		ReadTimeout: 2 * patient, HeaderTimeout: 2 * patient,
	}
	if by == fast {
		l.Posts = s.Posts
	}
	return l
}

// web is a listener that runs.
type web struct {
	URL    string
	client *http.Client
}

// serve runs a listener until the test ends; change may alter it.
func (by reader) serve(t testing.TB, s *server.Server, change ...func(*server.Listener)) *web {
	t.Helper()
	l := by.listener(t, s)
	for _, c := range change {
		c(&l)
	}
	ctx, stop := context.WithCancel(context.Background())
	var runs sync.WaitGroup
	runs.Go(func() { _ = l.Run(ctx) })
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		runs.Wait()
	})
	return &web{URL: "http://" + l.Socket.Addr().String(), client: &http.Client{Transport: transport}}
}

// Client is one of its own, whose connections are no other's.
func (w *web) Client() *http.Client { return w.client }

// push is one without a signature, for fleets that ask for none.
const push = "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
