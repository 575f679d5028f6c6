package wire_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
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

// patient bounds waits for what other goroutines do.
const patient = time.Minute

// short is a time that a test waits for, and that a busy machine keeps.
const short = 500 * time.Millisecond

// served is a server at work, and what it has seen.
type served struct {
	*wire.Server
	t     *testing.T
	addr  string
	ended chan error

	mu     sync.Mutex
	states map[string][]http.ConnState // by the peer's address
}

// serve runs a server; everything that is not plain is answered with 418 and the method. change may alter net/http's.
func serve(t *testing.T, handler func(*wire.Post), change ...func(*http.Server)) *served {
	t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &served{t: t, addr: socket.Addr().String(), ended: make(chan error, 1), states: map[string][]http.ConnState{}}
	rest := &http.Server{
		ReadHeaderTimeout: patient, ReadTimeout: patient, IdleTimeout: patient,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, r.Method)
		}),
		ConnState: s.state,
		ErrorLog:  log.New(io.Discard, "", 0),
	}
	for _, c := range change {
		c(rest)
	}
	s.Server = wire.New(rest, "/wx/", handler)
	go func() { s.ended <- s.Serve(socket) }()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *served) state(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	peer := c.RemoteAddr().String()
	s.states[peer] = append(s.states[peer], state)
}

// statesOf are those that a connection has gone through.
func (s *served) statesOf(p *peer) []http.ConnState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.states[p.LocalAddr().String()])
}

// peer is the other side of a connection.
type peer struct {
	net.Conn
	t       *testing.T
	answers *bufio.Reader
}

func (s *served) dial(send string) *peer {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(patient)))
	p := &peer{conn, s.t, bufio.NewReader(conn)}
	p.send(send)
	return p
}

func (p *peer) send(what string) {
	p.t.Helper()
	_, err := io.WriteString(p.Conn, what)
	require.NoError(p.t, err)
}

// answer reads one: its status, its body, and whether the connection ends with it.
func (p *peer) answer() (status int, body string, last bool) {
	p.t.Helper()
	res, err := http.ReadResponse(p.answers, nil)
	require.NoError(p.t, err)
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	require.NoError(p.t, err)
	return res.StatusCode, string(read), res.Close
}

// wants reads an answer that leaves the connection open.
func (p *peer) wants(status int, body string) {
	p.t.Helper()
	gotStatus, gotBody, last := p.answer()
	require.Equal(p.t, status, gotStatus)
	require.Equal(p.t, body, gotBody)
	require.False(p.t, last)
}

// closed waits for the end of the connection, before which nothing more comes.
func (p *peer) closed() {
	p.t.Helper()
	rest, err := io.ReadAll(p.answers)
	var late net.Error
	require.False(p.t, errors.As(err, &late) && late.Timeout(), "the connection stays open")
	require.Empty(p.t, string(rest))
}

// post is a plain request.
func post(name, body string) string {
	return fmt.Sprintf("POST /wx/%s?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", name, len(body), body)
}

// echo answers with what came.
func echo(p *wire.Post) {
	body, err := io.ReadAll(p)
	if err != nil {
		p.Refuse(http.StatusForbidden)
		return
	}
	_ = p.Answer("text/plain", fmt.Appendf(nil, "%s %s %s", p.Path, p.Query, body), false)
}

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

func TestPostsAndOthersOnOneConnection(t *testing.T) {
	s := serve(t, echo)
	p := s.dial(post("a", "one"))
	p.wants(200, "/wx/a q=1 one")
	p.send(post("b", "") + post("c", "three") + get + post("d", "four"))
	p.wants(200, "/wx/b q=1 ")
	p.wants(200, "/wx/c q=1 three")
	p.wants(http.StatusTeapot, "GET")
	p.wants(http.StatusTeapot, "POST") // from there on it is net/http's
	require.NoError(t, p.Close())
	want := []http.ConnState{
		http.StateNew, http.StateActive, http.StateIdle, http.StateActive, http.StateIdle, http.StateActive, http.StateIdle,
		http.StateActive, http.StateIdle, http.StateActive, http.StateIdle, http.StateClosed,
	}
	require.Eventually(t, func() bool { return slices.Equal(want, s.statesOf(p)) }, patient, time.Millisecond)
}

// TestMissedPostsRenewTheConnection: a proxy's connection does not stay with net/http for ever.
func TestMissedPostsRenewTheConnection(t *testing.T) {
	s := serve(t, echo)
	p := s.dial(get)
	p.wants(http.StatusTeapot, "GET")
	for range 63 {
		p.send(post("a", ""))
		p.wants(http.StatusTeapot, "POST")
		p.send(get + "POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
		p.wants(http.StatusTeapot, "GET")
		p.wants(http.StatusTeapot, "POST")
	}
	p.send(post("a", ""))
	_, body, last := p.answer()
	require.Equal(t, "POST", body)
	require.True(t, last)
	p.closed()
	s.dial(post("a", "")).wants(200, "/wx/a q=1 ")
}

// TestABodyInPieces arrives whole, however it is cut, and what follows it is not lost.
func TestABodyInPieces(t *testing.T) {
	s := serve(t, echo)
	for _, size := range []int{1, 10, 3900, 4096, 5000, 1 << 20} {
		body := strings.Repeat("x", size)
		sent := post("a", body)
		for _, cut := range []int{1, 30, len(sent) - size - 1, len(sent) - size, len(sent) - 1} {
			p := s.dial(sent[:cut])
			p.send(sent[cut:] + post("b", "next"))
			p.wants(200, "/wx/a q=1 "+body)
			p.wants(200, "/wx/b q=1 next")
		}
	}
}

// TestTheBodyIsShownWhereItLies once all of it has come with the head.
func TestTheBodyIsShownWhereItLies(t *testing.T) {
	seen := make(chan string, 3)
	s := serve(t, func(p *wire.Post) {
		body, whole := p.Arrived()
		seen <- fmt.Sprintf("%s of %d %v", body, p.Length, whole)
		echo(p)
	})
	s.dial(post("a", "all")+post("b", "")).wants(200, "/wx/a q=1 all")
	require.Equal(t, "all of 3 true", <-seen)
	require.Equal(t, " of 0 true", <-seen)
	s.dial(strings.Replace(post("a", "par"), "Length: 3", "Length: 4", 1))
	require.Equal(t, "par of 4 false", <-seen)
}

// TestAnswersAreGivenOnce, whatever comes after the first.
func TestAnswersAreGivenOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		do     func(*wire.Post)
		status int // 0 = closed unanswered
		body   string
		last   bool
	}{
		{"nothing", func(*wire.Post) {}, 200, "", false},
		{"an answer", func(p *wire.Post) { _ = p.Answer("text/plain", []byte("a"), false) }, 200, "a", false},
		{"the last answer", func(p *wire.Post) { _ = p.Answer("text/plain", []byte("a"), true) }, 200, "a", true},
		{"refused", func(p *wire.Post) { p.Refuse(403) }, 403, "", false},
		{"dropped", func(p *wire.Post) { p.Drop() }, 0, "", true},
		{"two answers", func(p *wire.Post) {
			_ = p.Answer("text/plain", []byte("a"), false)
			require.Error(t, p.Answer("text/plain", []byte("b"), false))
		}, 200, "a", false},
		{"answered, then refused", func(p *wire.Post) {
			_ = p.Answer("text/plain", []byte("a"), false)
			p.Refuse(403)
		}, 200, "a", false},
		{"answered, then dropped", func(p *wire.Post) {
			_ = p.Answer("text/plain", []byte("a"), false)
			p.Drop()
		}, 200, "a", false},
		{"refused, then answered", func(p *wire.Post) {
			p.Refuse(403)
			require.Error(t, p.Answer("text/plain", []byte("a"), false))
		}, 403, "", false},
		{"dropped, then refused", func(p *wire.Post) {
			p.Drop()
			p.Refuse(403)
		}, 0, "", true},
		{"dropped, then answered", func(p *wire.Post) {
			p.Drop()
			require.Error(t, p.Answer("text/plain", []byte("a"), false))
		}, 0, "", true},
		{"aborted", func(*wire.Post) { panic(http.ErrAbortHandler) }, 0, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(p *wire.Post) {
				if p.Path == "/wx/a" {
					c.do(p)
				} else {
					echo(p)
				}
			})
			p := s.dial(post("a", "x") + post("b", "next"))
			if c.status != 0 {
				status, body, last := p.answer()
				require.Equal(t, c.status, status)
				require.Equal(t, c.body, body)
				require.Equal(t, c.last, last)
			}
			if c.last {
				p.closed()
			} else {
				p.wants(200, "/wx/b q=1 next")
			}
		})
	}
}

// TestNobodyAnswersAReturnedPost: the connection is another request's by then.
func TestNobodyAnswersAReturnedPost(t *testing.T) {
	var first *wire.Post
	s := serve(t, func(p *wire.Post) {
		if first == nil {
			first = p
			return
		}
		first.Refuse(403)
		first.Drop()
		require.Error(t, first.Answer("text/plain", []byte("late"), false))
		<-first.Gone()
		require.True(t, first.HungUp())
		echo(p)
	})
	p := s.dial(post("a", "x"))
	p.wants(200, "")
	p.send(post("b", "y"))
	p.wants(200, "/wx/b q=1 y")
}

// TestAnAnswerIsOnTheWireWhileTheHandlerRuns.
func TestAnAnswerIsOnTheWireWhileTheHandlerRuns(t *testing.T) {
	end := make(chan struct{})
	s := serve(t, func(p *wire.Post) {
		_, _ = io.ReadAll(p)
		_ = p.Answer("text/plain", []byte("early"), true)
		<-end
	})
	p := s.dial(post("a", "x") + post("b", "never"))
	status, body, last := p.answer()
	require.Equal(t, 200, status)
	require.Equal(t, "early", body)
	require.True(t, last)
	close(end)
	p.closed()
}

// TestUnwantedBodies: a small one that is there leaves the connection in use, a large or a missing one does not.
func TestUnwantedBodies(t *testing.T) {
	for _, c := range []struct {
		name       string
		size, sent int
		last       bool
	}{
		{"with the head", 10, 10, false},
		{"in several reads", 100_000, 100_000, false},
		{"missing", 10, 9, true},
		{"too large to wait for", 300_000, 300_000, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(p *wire.Post) {
				if p.Path == "/wx/a" {
					p.Refuse(403)
				} else {
					echo(p)
				}
			})
			p := s.dial(fmt.Sprintf("POST /wx/a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", c.size, strings.Repeat("x", c.sent)))
			status, _, last := p.answer()
			require.Equal(t, 403, status)
			require.Equal(t, c.last, last)
			if last {
				rest, err := io.ReadAll(p.answers)
				require.NoError(t, err, "the end is orderly, although something was left unread")
				require.Empty(t, string(rest))
				return
			}
			p.send(post("b", "next"))
			p.wants(200, "/wx/b q=1 next")
		})
	}
}

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
