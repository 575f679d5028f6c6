package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"regexp"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/server/wire"
	"moonwire/wechat"
)

// scripted is one listener and the record of what its fleet has seen.
type scripted struct {
	conns chan net.Conn
	plain atomic.Int64

	mu   sync.Mutex
	seen bytes.Buffer
}

func newScripted(t testing.TB, by reader) *scripted {
	s := &scripted{conns: make(chan net.Conn)}
	ctx, stop := context.WithCancel(context.Background())
	edge := server.New(&scriptedFleet{s: s}, server.Options{})
	l := server.Listener{Socket: &channelSocket{conns: s.conns, done: make(chan struct{})}, Handler: edge.Public(), Log: slog.New(slog.DiscardHandler)}
	if by == fast {
		l.Posts = func(p *wire.Post) {
			s.plain.Add(1)
			edge.Posts(p)
		}
	}
	var runs sync.WaitGroup
	runs.Go(func() { _ = l.Run(ctx) })
	t.Cleanup(func() {
		stop()
		runs.Wait()
	})
	return s
}

// talked is what came of a connection.
type talked struct {
	seen, answers string
	plain         int
}

var dates = regexp.MustCompile(`\r\nDate: [^\r]*`)

func (s *scripted) talk(sent, pieces []byte) talked {
	before := s.plain.Load()
	conn := &script{sent: sent, pieces: pieces, closed: make(chan struct{})}
	s.conns <- conn
	<-conn.closed
	s.mu.Lock()
	defer s.mu.Unlock()
	conn.mu.Lock()
	defer conn.mu.Unlock()
	defer s.seen.Reset()
	return talked{s.seen.String(), dates.ReplaceAllString(conn.answers.String(), "\r\nDate: D"), int(s.plain.Load() - before)}
}

func (s *scripted) saw(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(&s.seen, format+"\n", args...)
}

// scriptedFleet does what the nonce says.
type scriptedFleet struct {
	fakeFleet
	s *scripted
}

func (f *scriptedFleet) Verify(account string, q wechat.Query) (string, bool) {
	f.s.saw("verify %q %q", account, q)
	return q.EchoStr, q.Signature == "good"
}

func (f *scriptedFleet) Receive(account string, q wechat.Query, body bot.Body, r bot.Responder) {
	defer body.Done()
	f.s.saw("push %q %q", account, q)
	switch q.Nonce {
	case "refuse":
		r.Refuse()
		return
	case "drop":
		r.Drop()
		return
	case "silence":
		return
	}
	read, err := body.Read()
	f.s.saw("body %q %v", read, err)
	if err != nil {
		r.Refuse()
		return
	}
	answer := fmt.Appendf(nil, "<xml>%d bytes</xml>", len(read))
	switch q.Nonce {
	case "early":
		r.Respond("application/xml; charset=utf-8", answer, bot.Early)
	case "now":
		r.Respond("application/xml; charset=utf-8", answer, bot.Now)
	default:
		r.Respond("text/plain; charset=utf-8", answer, bot.OnReturn)
	}
}

// channelSocket accepts what a test gives it.
type channelSocket struct {
	conns <-chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *channelSocket) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *channelSocket) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}
func (*channelSocket) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// script is a peer that sends its bytes in pieces and then nothing more.
type script struct {
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	sent    []byte
	pieces  []byte // their lengths; 0, and the end, is all the rest
	answers bytes.Buffer
}

func (c *script) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sent) == 0 {
		return 0, io.EOF
	}
	n := len(c.sent)
	if len(c.pieces) > 0 {
		if c.pieces[0] != 0 {
			n = min(n, int(c.pieces[0]))
		}
		c.pieces = c.pieces[1:]
	}
	n = copy(p, c.sent[:n])
	c.sent = c.sent[n:]
	return n, nil
}

func (c *script) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers.Write(p)
}

func (c *script) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (*script) LocalAddr() net.Addr              { return (*channelSocket)(nil).Addr() }
func (*script) RemoteAddr() net.Addr             { return (*channelSocket)(nil).Addr() }
func (*script) SetDeadline(time.Time) error      { return nil }
func (*script) SetReadDeadline(time.Time) error  { return nil }
func (*script) SetWriteDeadline(time.Time) error { return nil }

// SyscallConn lets wire read it; there is nothing to look at.
func (*script) SyscallConn() (syscall.RawConn, error) { return noSocket{}, nil }

type noSocket struct{}

func (noSocket) Control(func(uintptr)) error    { return errors.ErrUnsupported }
func (noSocket) Read(func(uintptr) bool) error  { return errors.ErrUnsupported }
func (noSocket) Write(func(uintptr) bool) error { return errors.ErrUnsupported }
