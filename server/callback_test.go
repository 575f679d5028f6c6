package server_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// fakeFleet answers pushes as a test says.
type fakeFleet struct {
	receive func(r bot.Responder, body []byte)
}

func (*fakeFleet) AstrayHook(string, string) (nearest, cure string) { return "", "" }

func (*fakeFleet) Astray(string) (nearest, cure string) { return "", "" }

func (*fakeFleet) FindHook(context.Context, string, string) (bot.HookDoor, bool) {
	return bot.HookDoor{}, false
}

func (*fakeFleet) Signal(context.Context, string, store.Signal) (bool, error) {
	return false, bot.ErrNotServing
}

func (*fakeFleet) Hook(context.Context, string, bot.HookCall) (bot.HookReply, error) {
	return bot.HookReply{}, bot.ErrNoHook
}

func (*fakeFleet) Account(string) *bot.Account { return nil }
func (*fakeFleet) Accounts() []bot.Status      { return []bot.Status{{Name: "shop"}} }

func (*fakeFleet) Verify(account string, q wechat.Query) (string, bool) {
	return q.EchoStr, account == "shop" && q.Signature == "good"
}

func (f *fakeFleet) Receive(_ string, _ wechat.Query, body bot.Body, r bot.Responder) {
	defer body.Done()
	read, err := body.Read()
	if err != nil {
		r.Refuse()
		return
	}
	f.receive(r, read)
}

// serve answers one request without a network.
func serve(h http.Handler, method, target string, body io.Reader, headers ...string) answer {
	r := httptest.NewRequest(method, target, body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func signed() string {
	q := url.Values{"timestamp": {"1772416800"}, "nonce": {"n1"}}
	q.Set("signature", wechat.Sign(token, "1772416800", "n1"))
	return q.Encode()
}

func TestVerificationEcho(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		require.NoError(t, h.platform.Verify(t.Context(), "shop"))
		a := h.request(http.MethodGet, "/wx/shop?"+signed()+"&echostr=%3Cb%3E42", ``)
		require.Equal(t, http.StatusOK, a.status)
		require.Equal(t, "<b>42", a.body)
		require.Equal(t, "text/plain; charset=utf-8", a.header.Get("Content-Type"))
		require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
	})
}

// TestRefusalsLookAlike compares every refusal, headers and all.
func TestRefusalsLookAlike(t *testing.T) {
	h := newHouse(t)
	push := `<xml><ToUserName>gh_1</ToUserName><FromUserName>` + amy + `</FromUserName><CreateTime>1772416800</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>7</MsgId></xml>`
	require.Contains(t, serve(h.server.Public(), http.MethodPost, "/wx/shop?"+signed(), strings.NewReader(push)).body, "you said hi", "the control")
	large := strings.Repeat("x", 2<<20)
	for _, c := range []struct {
		name, method, target string
		body                 io.Reader
	}{
		{"bad signature", http.MethodPost, "/wx/shop?signature=bad", strings.NewReader(push)},
		{"unsigned", http.MethodPost, "/wx/shop", strings.NewReader(push)},
		{"unknown account", http.MethodPost, "/wx/nobody?" + signed(), strings.NewReader(push)},
		{"no account", http.MethodPost, "/wx/?" + signed(), strings.NewReader(push)},
		{"outside", http.MethodPost, "/wx/../shop?" + signed(), strings.NewReader(push)},
		{"empty body", http.MethodPost, "/wx/shop?" + signed(), nil},
		{"no push", http.MethodPost, "/wx/shop?" + signed(), strings.NewReader("hello")},
		{"a DTD", http.MethodPost, "/wx/shop?" + signed(), strings.NewReader(`<!DOCTYPE x [<!ENTITY a "b">]>` + push)},
		{"2 MiB", http.MethodPost, "/wx/shop?" + signed(), strings.NewReader(large)},
		{"2 MiB of unknown length", http.MethodPost, "/wx/shop?" + signed(), io.MultiReader(strings.NewReader(large))},
		{"cut off", http.MethodPost, "/wx/shop?" + signed(), io.MultiReader(strings.NewReader(push[:50]), brokenReader{})},
		{"unsigned check", http.MethodGet, "/wx/shop?echostr=1", nil},
		{"check of nobody", http.MethodGet, "/wx/nobody?" + signed() + "&echostr=1", nil},
		{"put", http.MethodPut, "/wx/shop?" + signed(), strings.NewReader(push)},
		{"delete", http.MethodDelete, "/wx/shop?" + signed(), nil},
		{"elsewhere", http.MethodGet, "/", nil},
		{"admin's", http.MethodGet, "/metrics", nil},
		{"health", http.MethodGet, "/healthz", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := serve(h.server.Public(), c.method, c.target, c.body)
			require.Equal(t, answer{status: http.StatusForbidden, header: http.Header{}}, a)
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBodyArrivesWhole(t *testing.T) {
	for _, n := range []int{0, 1, 4095, 4096, 4097, 1 << 20} {
		var got int
		f := &fakeFleet{receive: func(r bot.Responder, body []byte) {
			got = len(body)
			require.Equal(t, bytes.Repeat([]byte("x"), n), body)
			r.Respond("text/plain", []byte("success"), bot.OnReturn)
		}}
		h := server.New(f, server.Options{}).Callback()
		for _, body := range []io.Reader{strings.NewReader(strings.Repeat("x", n)), io.MultiReader(strings.NewReader(strings.Repeat("x", n)))} {
			require.Equal(t, "success", serve(h, http.MethodPost, "/wx/shop", body).body)
			require.Equal(t, n, got)
		}
	}
}

// TestEarlyAnswer reaches the platform while the turn goes on, and its connection is used no more.
func TestEarlyAnswer(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		end := make(chan struct{})
		f := &fakeFleet{receive: func(r bot.Responder, body []byte) {
			early := string(body) == "early"
			wire := bot.OnReturn
			if early {
				wire = bot.Early
			}
			if !r.Respond("text/plain", []byte("success"), wire) {
				t.Error("not written")
			}
			if r.Respond("text/plain", []byte("twice"), bot.OnReturn) {
				t.Error("an answer was given twice")
			}
			r.Refuse()
			r.Drop()
			if early {
				<-end
			}
		}}
		web := by.serve(t, server.New(f, server.Options{}))
		defer close(end)
		ctx, cancel := context.WithTimeout(t.Context(), patient)
		defer cancel()
		reused := func(body string) (again bool, res *http.Response) {
			trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { again = i.Reused }}
			req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost, web.URL+"/wx/shop", strings.NewReader(body))
			require.NoError(t, err)
			res, err = web.Client().Do(req)
			require.NoError(t, err)
			read, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Equal(t, "success", string(read))
			return again, res
		}
		_, res := reused("in time")
		require.False(t, res.Close)
		again, res := reused("early") // comes back although the turn has not ended
		require.True(t, again, "an ordinary answer leaves the connection open")
		require.True(t, res.Close, "Connection: close")
		again, _ = reused("in time")
		require.False(t, again, "an early answer closes its connection")
	})
}

// TestWhatFollowsAnAnswerFindsItOnTheWire: the platform has the answer while the handler still runs, and the
// connection is used again.
func TestWhatFollowsAnAnswerFindsItOnTheWire(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		read, wrote := make(chan struct{}), make(chan bool, 1)
		f := &fakeFleet{receive: func(r bot.Responder, _ []byte) {
			wrote <- r.Respond("text/plain", []byte("success"), bot.Now)
			<-read
		}}
		web := by.serve(t, server.New(f, server.Options{}))
		ctx, cancel := context.WithTimeout(t.Context(), patient)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, web.URL+"/wx/shop", strings.NewReader("x"))
		require.NoError(t, err)
		res, err := web.Client().Do(req)
		written := <-wrote // before the connection may be closed
		close(read)        // the handler ends, whatever came
		require.True(t, written)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Equal(t, "success", string(body))
		require.False(t, res.Close)
	})
}

// TestALongAnswerArrivesInOrder records what a real turn does to the wire: the reply is flushed before the
// first customer-service message is asked for.
func TestALongAnswerArrivesInOrder(t *testing.T) {
	h := newHouseOf(t, map[string]string{"shop/account.yaml": accountYAML, "shop/main.lua": `on.text(function() return ("hello world. "):rep(400) end)`})
	h.says(sim.Subscribe(""))
	w := &wireWriter{ResponseRecorder: httptest.NewRecorder()}
	w.flushed = func() int {
		calls, err := h.platform.Calls("shop", 0)
		require.NoError(t, err)
		n := 0
		for _, c := range calls {
			if strings.HasSuffix(c.Path, "custom/send") {
				n++
			}
		}
		return n
	}
	body := "<xml><ToUserName>gh_0a1b2c3d4e5f</ToUserName><FromUserName>" + amy +
		"</FromUserName><CreateTime>1760000000</CreateTime><MsgType>text</MsgType><Content>long</Content><MsgId>1</MsgId></xml>"
	h.server.Public().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/wx/shop?"+signed(), strings.NewReader(body)))
	require.Equal(t, []int{0}, w.sends, "flushed once, before anything was sent")
}

// wireWriter notes at each flush what else has been sent by then.
type wireWriter struct {
	*httptest.ResponseRecorder
	flushed func() int
	sends   []int
}

func (w *wireWriter) Flush() {
	w.sends = append(w.sends, w.flushed())
	w.ResponseRecorder.Flush()
}

// TestWhoHangsUpWithTheAnswerHasIt has a platform read the answer and close before the handler goes on.
func TestWhoHangsUpWithTheAnswerHasIt(t *testing.T) {
	for _, wire := range []bot.Wire{bot.Now, bot.Early} {
		ctx, hangUp := context.WithCancel(t.Context())
		w := &wireWriter{ResponseRecorder: httptest.NewRecorder(), flushed: func() int { hangUp(); return 0 }}
		f := &fakeFleet{receive: func(r bot.Responder, _ []byte) {
			require.True(t, r.Respond("text/plain", []byte("success"), wire))
		}}
		req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/wx/shop", strings.NewReader("x"))
		server.New(f, server.Options{}).Public().ServeHTTP(w, req)
		require.Equal(t, "success", w.Body.String())
		require.Len(t, w.sends, 1)
	}
}

// TestDrop closes the connection without a byte of an answer.
func TestDrop(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		f := &fakeFleet{receive: func(r bot.Responder, _ []byte) {
			r.Drop()
			if r.Respond("text/plain", []byte("late"), bot.OnReturn) {
				t.Error("answered after the drop")
			}
		}}
		web := by.serve(t, server.New(f, server.Options{}))
		conn, err := net.Dial("tcp", strings.TrimPrefix(web.URL, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(patient)))
		_, err = io.WriteString(conn, "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
		require.NoError(t, err)
		read, err := io.ReadAll(bufio.NewReader(conn))
		require.NoError(t, err)
		require.Empty(t, string(read))
	})
}

// TestGone tells the bot that the platform has hung up, and that the answer did not arrive.
func TestGone(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		waiting, written := make(chan struct{}), make(chan bool, 1)
		f := &fakeFleet{receive: func(r bot.Responder, _ []byte) {
			close(waiting)
			<-r.Gone()
			written <- r.Respond("text/plain", []byte("late"), bot.OnReturn)
		}}
		web := by.serve(t, server.New(f, server.Options{}))
		conn, err := net.Dial("tcp", strings.TrimPrefix(web.URL, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
		require.NoError(t, err)
		<-waiting
		require.NoError(t, conn.Close())
		select {
		case ok := <-written:
			require.False(t, ok)
		case <-time.After(patient):
			t.Fatal("the bot was not told")
		}
	})
}

// TestAnswersOnTheWire lets the stand-in platform judge an ordinary answer.
func TestAnswersOnTheWire(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		d := h.says(sim.Text("tea"))
		require.Equal(t, "you said tea", d.Reply.Text)
		require.Len(t, d.Attempts, 1)
		require.Contains(t, d.Attempts[0].ContentType, "xml")
	})
}

// TestABodyThatDoesNotArriveIsWorded shows what the log says of a slow and of a cut connection.
func TestABodyThatDoesNotArriveIsWorded(t *testing.T) {
	for want, err := range map[string]error{
		"the body did not arrive in time":                os.ErrDeadlineExceeded,
		"the connection broke before the body was there": io.ErrUnexpectedEOF,
	} {
		h := newHouse(t)
		w := httptest.NewRecorder()
		h.server.Public().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/wx/shop?"+signed(), iotest.ErrReader(err)))
		require.Equal(t, http.StatusForbidden, w.Code)
		require.Contains(t, h.log.String(), want)
		require.Contains(t, h.log.String(), "cause=unreadable")
	}
}
