package wire_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server/wire"
)

// TestWhoHangsUpIsSeen while the handler runs, and nothing of what has been sent meanwhile is lost.
func TestWhoHangsUpIsSeen(t *testing.T) {
	for _, c := range []struct {
		name  string
		leave func(*peer)
	}{
		{"closes", func(p *peer) { _ = p.Close() }},
		{"resets", func(p *peer) {
			_ = p.Conn.(*net.TCPConn).SetLinger(0)
			_ = p.Close()
		}},
		{"closes its side", func(p *peer) { _ = p.Conn.(*net.TCPConn).CloseWrite() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			waits, gone := make(chan struct{}), make(chan bool, 1)
			s := serve(t, func(p *wire.Post) {
				close(waits)
				<-p.Gone()
				gone <- p.HungUp()
			})
			p := s.dial(post("a", "x"))
			<-waits
			c.leave(p)
			select {
			case hungUp := <-gone:
				require.True(t, hungUp)
			case <-time.After(patient):
				t.Fatal("nobody was told")
			}
		})
	}
}

// TestWhoSendsMoreHasNotHungUp: a pipelined request waits for its turn, untouched.
func TestWhoSendsMoreHasNotHungUp(t *testing.T) {
	waits, left, end := make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	s := serve(t, func(p *wire.Post) {
		switch p.Path {
		case "/wx/leaves":
			gone := p.Gone()
			waits <- struct{}{}
			<-gone
			left <- struct{}{}
			return
		case "/wx/a":
			gone := p.Gone()
			waits <- struct{}{}
			<-end
			select {
			case <-gone:
				t.Error("was said to have hung up")
			default:
			}
			if p.HungUp() {
				t.Error("was taken to have hung up")
			}
		}
		echo(p)
	})
	p := s.dial(post("a", "x"))
	<-waits
	p.send(post("b", "more"))
	for range 2 { // by the second one, everybody has been looked at
		leaves := s.dial(post("leaves", ""))
		<-waits
		require.NoError(t, leaves.Close())
		<-left
	}
	close(end)
	p.wants(200, "/wx/a q=1 x")
	p.wants(200, "/wx/b q=1 more")
}
