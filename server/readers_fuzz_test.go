package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/server/wire"
	"moonwire/wechat"
)

// wires are both readers at work on connections that are none, for the comparison of what they make of the same bytes.
type wires struct {
	standard, fast *scripted
}

func newWires(t testing.TB) wires { return wires{newScripted(t, standard), newScripted(t, fast)} }

// same sends bytes, in pieces of the given lengths, to both. It returns how many requests wire served.
func (w wires) same(t testing.TB, sent, pieces []byte) (plain int) {
	t.Helper()
	ours, theirs := w.fast.talk(sent, pieces), w.standard.talk(sent, pieces)
	if ours.seen != theirs.seen || ours.answers != theirs.answers {
		t.Fatalf("sent %q in pieces %v\nnet/http saw %s\n    wire saw %s\nnet/http answered %q\n    wire answered %q",
			sent, pieces, theirs.seen, ours.seen, theirs.answers, ours.answers)
	}
	return ours.plain
}

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

const (
	goodHead = "POST /wx/shop?signature=good&nonce=now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
	goodPush = goodHead + "hello"
)

// shapes are requests that readers have disagreed about elsewhere, and plain ones. wire reads so many of them.
var shapes = []struct {
	name, sent string
	plain      int
}{
	{"plain", goodPush, 1},
	{"without a query", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 1},
	{"an empty query", "POST /wx/shop? HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 1},
	{"two", goodPush + goodPush, 2},
	{"five", strings.Repeat(goodPush, 5), 5},
	{"a line end behind", goodPush + "\r\n" + goodPush, 2},
	{"four line ends behind", goodPush + "\n\r\n\r" + goodPush, 2},
	{"five line ends behind", goodPush + "\n\n\n\n\n" + goodPush, 1},
	{"a line end before", "\r\n" + goodPush, 0},
	{"a check, then a push", "GET /wx/shop?signature=good&echostr=e HTTP/1.1\r\nHost: x\r\n\r\n" + goodPush, 0},
	{"a push, then a check", goodPush + "GET /wx/shop?signature=good&echostr=e HTTP/1.1\r\nHost: x\r\n\r\n" + goodPush, 1},
	{"refused", strings.Replace(goodPush, "now", "refuse", 1) + goodPush, 2},
	{"refused, half a body", strings.Replace(goodHead, "now", "refuse", 1) + "hel", 1},
	{"refused, a larger body", "POST /wx/shop?nonce=refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + strings.Repeat("x", 9000) + goodPush, 2},
	{"dropped", strings.Replace(goodPush, "now", "drop", 1) + goodPush, 1},
	{"dropped, the second", goodPush + strings.Replace(goodPush, "now", "drop", 1) + goodPush, 2},
	{"no answer", strings.Replace(goodPush, "now", "silence", 1) + goodPush, 2},
	{"early", strings.Replace(goodPush, "now", "early", 1) + goodPush, 1},
	{"half a body", goodHead + "hel", 1},
	{"half a head", goodHead[:40], 0},
	{"a head without its end", goodHead[:len(goodHead)-2], 0},
	{"CL.TE", "POST /wx/shop?signature=good HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + goodPush, 0},
	{"TE", "POST /wx/shop?signature=good HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + goodPush, 0},
	{"TE, extensions", "POST /wx/shop?signature=good HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", 0},
	{"TE, something", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: xchunked\r\n\r\n", 0},
	{"TE in capitals", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTRANSFER-ENCODING: chunked\r\n\r\n0\r\n\r\n", 0},
	{"TE with a blank", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 0},
	{"two CLs alike", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 0},
	{"two CLs", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 0},
	{"two CLs in a line", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello", 0},
	{"CL with a plus", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 0},
	{"CL below zero", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello", 0},
	{"CL in hex", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello", 0},
	{"CL with a zero", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 05\r\n\r\nhello", 0},
	{"CL with blanks", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: \t 5 \t\r\n\r\nhello", 1},
	{"CL empty", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nhello", 0},
	{"no CL", "POST /wx/shop HTTP/1.1\r\nHost: x\r\n\r\n" + goodPush, 0},
	{"CL in small letters", "POST /wx/shop HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", 1},
	{"a blank before the colon", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello", 0},
	{"LF alone", strings.ReplaceAll(goodPush, "\r\n", "\n"), 0},
	{"one LF alone", strings.Replace(goodPush, "x\r\n", "x\n", 1), 0},
	{"an LF ends the length", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 15\nX: y\r\n\r\n0123456789abcde" + goodPush, 0},
	{"an LF ends a line that matters to nobody", strings.Replace(goodPush, "x\r\n", "x\r\nA: b\n", 1), 0},
	{"a CR alone", strings.Replace(goodPush, "x\r\n", "x\rY: z\r\n", 1), 0},
	{"two CRs", strings.Replace(goodPush, "x\r\n", "x\r\r\n", 1), 0},
	{"an LF ends the head", strings.Replace(goodPush, "\r\n\r\n", "\r\n\n", 1), 0},
	{"NUL in a value", strings.Replace(goodPush, "x\r\n", "x\r\nA: b\x00c\r\n", 1), 0},
	{"NUL in a name", strings.Replace(goodPush, "x\r\n", "x\r\nA\x00: b\r\n", 1), 0},
	{"a folded line", strings.Replace(goodPush, "x\r\n", "x\r\nA: b\r\n c\r\n", 1), 0},
	{"a folded CL", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 5\r\n\r\nhello", 0},
	{"a first line that is folded", "POST /wx/shop HTTP/1.1\r\n Host: x\r\nContent-Length: 5\r\n\r\nhello", 0},
	{"no colon", strings.Replace(goodPush, "x\r\n", "x\r\nnothing\r\n", 1), 0},
	{"no name", strings.Replace(goodPush, "x\r\n", "x\r\n: nothing\r\n", 1), 0},
	{"bytes above ASCII in a value", strings.Replace(goodPush, "x\r\n", "x\r\nA: \xff\xe4\xbd\xa0\r\n", 1), 1},
	{"bytes above ASCII in a name", strings.Replace(goodPush, "x\r\n", "x\r\nA\xe4: b\r\n", 1), 0},
	{"DEL in a value", strings.Replace(goodPush, "x\r\n", "x\r\nA: \x7f\r\n", 1), 0},
	{"no host", strings.Replace(goodPush, "Host: x\r\n", "", 1), 0},
	{"an empty host", strings.Replace(goodPush, "Host: x", "Host:", 1), 0},
	{"two hosts", strings.Replace(goodPush, "Host: x", "Host: x\r\nHost: x", 1), 0},
	{"a host that is none", strings.Replace(goodPush, "Host: x", "Host: x/y z", 1), 0},
	{"a host with a user", strings.Replace(goodPush, "Host: x", "Host: a@b", 1), 0},
	{"a host with a port", strings.Replace(goodPush, "Host: x", "Host: [::1]:8080", 1), 1},
	{"absolute", strings.Replace(goodPush, "/wx/", "http://x/wx/", 1), 0},
	{"absolute, another host", strings.Replace(goodPush, "/wx/", "http://y/wx/", 1), 0},
	{"two slashes", strings.Replace(goodPush, "/wx/", "//wx/", 1), 0},
	{"an escape in the path", strings.Replace(goodPush, "/wx/shop", "/wx/sh%6fp", 1), 0},
	{"a dot in the path", strings.Replace(goodPush, "/wx/shop", "/wx/..", 1), 0},
	{"more in the path", strings.Replace(goodPush, "/wx/shop", "/wx/shop/x", 1), 0},
	{"a fragment", strings.Replace(goodPush, "nonce=now", "nonce=now#x", 1), 0},
	{"an escape in the query", strings.Replace(goodPush, "nonce=now", "nonce=%6eow%zz&nonce=%", 1), 1},
	{"a blank in the query", strings.Replace(goodPush, "nonce=now", "nonce=n ow", 1), 0},
	{"a tab behind the path", strings.Replace(goodPush, " HTTP", "\tHTTP", 1), 0},
	{"two blanks", strings.Replace(goodPush, " HTTP", "  HTTP", 1), 0},
	{"small letters", strings.Replace(goodPush, "POST", "post", 1), 0},
	{"another method", strings.Replace(goodPush, "POST", "POSTS", 1), 0},
	{"PUT", strings.Replace(goodPush, "POST", "PUT", 1), 0},
	{"HTTP/1.0", strings.Replace(goodPush, "HTTP/1.1", "HTTP/1.0", 1) + goodPush, 0},
	{"HTTP/1.0, kept", strings.Replace(goodPush, "HTTP/1.1\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n", 1) + goodPush, 0},
	{"HTTP/2.0", strings.Replace(goodPush, "HTTP/1.1", "HTTP/2.0", 1), 0},
	{"no version", strings.Replace(goodPush, " HTTP/1.1", "", 1), 0},
	{"a version in small letters", strings.Replace(goodPush, "HTTP/1.1", "http/1.1", 1), 0},
	{"kept", strings.Replace(goodPush, "x\r\n", "x\r\nConnection: Keep-Alive\r\n", 1) + goodPush, 2},
	{"close", strings.Replace(goodPush, "x\r\n", "x\r\nConnection: close\r\n", 1) + goodPush, 1},
	{"close, refused", "POST /wx/shop?nonce=refuse HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx" + goodPush, 1},
	{"close, early", "POST /wx/shop?nonce=early HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx" + goodPush, 1},
	{"close, half a body", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nx", 1},
	{"close among others", strings.Replace(goodPush, "x\r\n", "x\r\nConnection: keep-alive, close\r\n", 1) + goodPush, 0},
	{"close in a second line", strings.Replace(goodPush, "x\r\n", "x\r\nConnection: keep-alive\r\nConnection: close\r\n", 1) + goodPush, 1},
	{"close in a first line", strings.Replace(goodPush, "x\r\n", "x\r\nConnection: close\r\nConnection: Keep-Alive\r\n", 1) + goodPush, 1},
	{"upgrade", strings.Replace(goodPush, "x\r\n", "x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n", 1) + goodPush, 0},
	{"expect", strings.Replace(goodPush, "x\r\n", "x\r\nExpect: 100-continue\r\n", 1), 0},
	{"expect something", strings.Replace(goodPush, "x\r\n", "x\r\nExpect: tea\r\n", 1), 0},
	{"trailer", strings.Replace(goodPush, "x\r\n", "x\r\nTrailer: A\r\n", 1), 0},
	{"a head of 4 KiB", strings.Replace(goodPush, "x\r\n", "x\r\nA: "+strings.Repeat("a", 4096)+"\r\n", 1) + goodPush, 0},
	{"a head of 30 KiB", strings.Replace(goodPush, "x\r\n", "x\r\nA: "+strings.Repeat("a", 30<<10)+"\r\n", 1), 0},
	{"a line of 30 KiB", strings.Replace(goodPush, "nonce=now", "nonce="+strings.Repeat("a", 30<<10), 1), 0},
	{"a body of 9 KiB", "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + strings.Repeat("x", 9000) + goodPush, 2},
	{"the HTTP interface", "POST /api/v1/shop/messages/list HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" + goodPush, 0},
	{"a hook", "POST /hook/shop/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" + goodPush, 0},
	{"HTTP/2's first words", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0},
	{"TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 0},
	{"nothing", "", 0},
}

// TestReadersAgree sends each shape whole, and byte by byte.
func TestReadersAgree(t *testing.T) {
	w := newWires(t)
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			require.Equal(t, s.plain, w.same(t, []byte(s.sent), nil), "read by wire")
			if len(s.sent) < 5000 {
				require.Equal(t, s.plain, w.same(t, []byte(s.sent), bytes.Repeat([]byte{1}, len(s.sent))), "read by wire, byte by byte")
			}
		})
	}
}

// TestReadersAgreeAtEachByte cuts two pushes in two at each byte.
func TestReadersAgreeAtEachByte(t *testing.T) {
	w := newWires(t)
	sent := []byte(goodPush + goodPush)
	for at := 1; at < len(sent); at++ {
		require.Equal(t, 2, w.same(t, sent, []byte{byte(at)}), "cut at %d", at)
	}
}

// slow finds what net/http answers half a second late, by its nature: a body of 256 KiB that nobody wants.
var slow = regexp.MustCompile(`(?i)length[\s:]*[+0-9a-fx]{6}`)

// FuzzReaders looks for bytes of which the two readers do not make the same.
func FuzzReaders(f *testing.F) {
	for _, s := range shapes {
		if len(s.sent) < 5000 {
			f.Add([]byte(s.sent), []byte{})
		}
	}
	f.Add([]byte(goodPush+goodPush), []byte{1, 80, 3})
	w := newWires(f)
	f.Fuzz(func(t *testing.T, sent, pieces []byte) {
		if len(sent) > 20_000 || slow.Match(sent) {
			t.Skip()
		}
		w.same(t, sent, pieces)
	})
}

// parts are what random requests are made of, the usual ones first.
var parts = struct{ methods, targets, versions, fields, ends, bodies []string }{
	methods:  []string{"POST", "POST", "POST", "POST", "POST", "POST", "GET", "HEAD", "PUT", "post", "OPTIONS", "POST\t", "", "CONNECT"},
	targets:  []string{"/wx/shop", "/wx/shop?signature=good&nonce=now", "/wx/a?nonce=refuse", "/wx/b?nonce=drop", "/wx/c?nonce=early", "/wx/d?nonce=silence", "/wx/e?", "/wx/", "/wx/a/b", "/wx/a%2fb", "/", "/hook/a/b", "http://x/wx/shop", "*", "/wx/a#b", "/wx/a?b#c", "/wx/ä", "/wx/a?ä", "//wx/a", "/wx/a?%", "/wx/a?a=b;c", "/wx/a?\"", "/wx/a?\x00", "/wx/a\x7f"},
	versions: []string{"HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/1", "HTTP/01.1", ""},
	fields: []string{
		"Host: x", "Host: x", "Host: x", "Host: x", "Content-Length: %d", "Content-Length: %d", "Content-Length: %d", "Content-Length: %d", "Content-Length:%d", "content-length: %d ", "Content-Type: text/xml",
		"Host:", "Host: x:80", "Host: a b", "Host: x, y", "hOsT: x", "Host : x", " Host: x", "Host: \x01",
		"Content-Length: 0", "Content-Length: 3", "Content-Length: +3", "Content-Length: 3, 3", "Content-Length: 1e1", "Content-Length: 0%d", "Content-Length : %d", "Content-Length: -0", "Content-Length: %d\x00", "Content_Length: 3", "Content-Length: %d;", "Content-Length: 18446744073709551617",
		"Transfer-Encoding: chunked", "Transfer-Encoding: identity", "transfer-encoding:\tchunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding:", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding\x0b: chunked",
		"Connection: keep-alive", "Connection: close", "Connection: Keep-Alive", "Connection: keep-alive, x", "Connection:", "Connection: upgrade", "Connection: Content-Length", "Upgrade: h2c", "HTTP2-Settings: AAAA", "Proxy-Connection: close", "Keep-Alive: 1",
		"Expect: 100-continue", "Expect:", "Trailer: X", "TE: trailers", "X: y", "X:", ":", "X", "", " folded", "\tfolded", "X: \xe4\xbd\xa0", "X\xe4: y", "X: \r y", "X: y\x7f", "Pragma: no-cache", "Cookie: a=b", "Authorization: Bearer x", "X-HTTP-Method-Override: GET", "Content-Encoding: gzip", "Range: bytes=0-1", "Date: now",
	},
	ends:   []string{"\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n", "\n\r", " \r\n"},
	bodies: []string{"", "x", "hello", "<xml></xml>", "0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "3;x=y\r\nabc\r\n0\r\nX: y\r\n\r\n", "\r\n", strings.Repeat("y", 5000), goodPush},
}

func pick(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

// oddly is seldom true: mostly plain requests go far, and those that are odd everywhere no way.
func oddly(r *rand.Rand, one int) bool { return r.IntN(one) == 0 }

// randomRequest is a request with few odd places, or none.
func randomRequest(r *rand.Rand) string {
	end := func() string {
		if oddly(r, 40) {
			return pick(r, parts.ends)
		}
		return "\r\n"
	}
	method, version, target := "POST", "HTTP/1.1", parts.targets[r.IntN(6)]
	if oddly(r, 12) {
		method = pick(r, parts.methods)
	}
	if oddly(r, 12) {
		version = pick(r, parts.versions)
	}
	if oddly(r, 8) {
		target = pick(r, parts.targets)
	}
	body := pick(r, parts.bodies)
	fields := []string{"Host: x", "Content-Length: %d"}
	for range r.IntN(4) {
		fields = append(fields, pick(r, parts.fields))
	}
	if oddly(r, 10) {
		fields = fields[1:]
	}
	r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	var b strings.Builder
	b.WriteString(method + " " + target + " " + version + end())
	for _, field := range fields {
		length := len(body)
		if oddly(r, 30) {
			length += r.IntN(5) - 2
		}
		b.WriteString(strings.ReplaceAll(field, "%d", fmt.Sprint(max(length, 0))) + end())
	}
	b.WriteString(end() + body)
	if oddly(r, 20) {
		b.WriteString(pick(r, parts.ends))
	}
	return b.String()
}

// TestReadersAgreeOnRandomRequests sends pipelines of them in random pieces. Repeated with -count it has other ones.
func TestReadersAgreeOnRandomRequests(t *testing.T) {
	const inputs = 20_000
	w := newWires(t)
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	plain := 0
	for range inputs {
		var sent []byte
		for range 1 + r.IntN(4) {
			sent = append(sent, randomRequest(r)...)
		}
		if oddly(r, 20) {
			sent[r.IntN(len(sent))] = byte(r.IntN(256))
		}
		pieces := make([]byte, r.IntN(8))
		for i := range pieces {
			pieces[i] = byte(r.IntN(256))
		}
		plain += w.same(t, sent, pieces)
	}
	require.Greater(t, plain, inputs/4, "seed %d", seed)
}
