package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/wechat/sim"
)

// watchedBody notes how much room its reader offers, and how often it asks.
type watchedBody struct {
	parts   []string
	reads   int
	arrived int
	most    int // room offered beyond what had arrived
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.reads++
	b.most = max(b.most, len(p)-b.arrived)
	if len(b.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.parts[0])
	b.arrived += n
	if b.parts[0] = b.parts[0][n:]; b.parts[0] == "" {
		b.parts = b.parts[1:]
	}
	return n, nil
}

// TestNoBodyBeforeTheSignature refuses strangers without reading a byte of what they send.
func TestNoBodyBeforeTheSignature(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		name, target string
		read         bool
	}{
		{"signed", "/wx/shop?" + signed(), true},
		{"unsigned", "/wx/shop", false},
		{"badly signed", "/wx/shop?signature=bad&timestamp=1&nonce=2", false},
		{"msg_signature alone", "/wx/shop?msg_signature=bad&timestamp=1&nonce=2&encrypt_type=aes", false},
		{"nobody's", "/wx/nobody?" + signed(), false},
		{"elsewhere", "/upload?" + signed(), false},
		{"the interface without a key", "/api/v1/shop/messages/list", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := &watchedBody{parts: []string{"<xml></xml>"}}
			r := httptest.NewRequest(http.MethodPost, c.target, body)
			r.ContentLength = 1_048_000
			w := httptest.NewRecorder()
			h.server.Public().ServeHTTP(w, r)
			require.GreaterOrEqual(t, w.Code, 400)
			require.Equal(t, c.read, body.reads > 0)
		})
	}
}

// TestRoomGrowsWithTheBody offers little more room than has arrived, whatever length was announced.
func TestRoomGrowsWithTheBody(t *testing.T) {
	f := &fakeFleet{receive: func(r bot.Responder, _ []byte) { r.Respond("text/plain", []byte("success"), bot.OnReturn) }}
	body := &watchedBody{}
	for range 300 {
		body.parts = append(body.parts, strings.Repeat("x", 1000))
	}
	r := httptest.NewRequest(http.MethodPost, "/wx/shop", body)
	r.ContentLength = 1_048_000
	w := httptest.NewRecorder()
	server.New(f, server.Options{}).Public().ServeHTTP(w, r)
	require.Equal(t, "success", w.Body.String())
	require.LessOrEqual(t, body.most, 4096)
}

// dial sends the head of a request and leaves the body to the caller.
func dial(t *testing.T, base, head string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patient)))
	_, err = io.WriteString(conn, head)
	require.NoError(t, err)
	return conn
}

// statusOf reads the status of an answer; 0 when the connection was closed without one.
func statusOf(t *testing.T, conn net.Conn) int {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		var late net.Error
		require.False(t, errors.As(err, &late) && late.Timeout(), "no answer, and the connection stays open")
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// TestStrangersCostLittle lets strangers announce a MiB each and send nothing: on a listener whose requests may take a
// minute they are answered all the same, and hold next to nothing meanwhile.
func TestStrangersCostLittle(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		base := by.serve(t, h.server).URL
		before := heldNow()
		var conns []net.Conn
		for i := range 300 {
			head := []string{
				"POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 1048000\r\n\r\n",
				"POST /wx/shop?signature=a&timestamp=1&nonce=2 HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n",
				"POST /wx/nobody HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
				"GET /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n",
				"POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n",
				"POST /api/v1/shop/messages/list HTTP/1.1\r\nHost: x\r\nContent-Length: 1048000\r\n\r\n",
			}[i%6]
			conns = append(conns, dial(t, base, head))
		}
		for i, conn := range conns {
			want := http.StatusForbidden
			if i%6 == 5 {
				want = http.StatusUnauthorized
			}
			require.Equal(t, want, statusOf(t, conn), "stranger %d", i)
		}
		require.Less(t, heldNow()-before, int64(30<<20))
		require.Equal(t, "you said tea", h.says(sim.Text("tea")).Reply.Text)
	})
}

// TestSmallRefusedBodyKeepsItsConnection: a proxy's connection is not lost with each refusal.
func TestSmallRefusedBodyKeepsItsConnection(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		conn := dial(t, by.serve(t, h.server).URL, "")
		answers := bufio.NewReader(conn)
		for range 3 {
			_, err := io.WriteString(conn, "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
			require.NoError(t, err)
			res, err := http.ReadResponse(answers, nil)
			require.NoError(t, err)
			require.Equal(t, http.StatusForbidden, res.StatusCode)
			require.False(t, res.Close)
			require.NoError(t, res.Body.Close())
		}
	})
}

func heldNow() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestSlowestMakesRoom cuts off the body that has been arriving for longest, by number and by bytes, and takes what
// comes whole.
func TestSlowestMakesRoom(t *testing.T) {
	for _, c := range []struct {
		name   string
		number int
		bytes  int64
		slow   int // bodies of which 3,000 of 9,000 bytes have come
		cut    int // of those, when 5,000 bytes come at once
	}{
		{"room for all", 8, 1 << 20, 4, 0},
		{"too many", 4, 1 << 20, 6, 3},
		{"too large together", 8, 10_000, 4, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			byBoth(t, func(t *testing.T, by reader) {
				in := server.NewIntake(c.number, c.bytes)
				base := by.serve(t, server.New(&fakeFleet{receive: answersOK}, server.Options{}).WithPushes(in)).URL
				var slow []net.Conn
				for i := range c.slow {
					slow = append(slow, dial(t, base, "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"+strings.Repeat("x", 3000)))
					most := min(i+1, c.number, int(c.bytes/3000))
					if i >= most {
						require.Zero(t, statusOf(t, slow[i-most]), "cut off")
					}
					require.Eventually(t, func() bool { return in.Held() == int64(most)*3000 }, patient, time.Millisecond)
				}
				quick := dial(t, base, "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"+strings.Repeat("x", 5000))
				require.Equal(t, http.StatusOK, statusOf(t, quick))
				for i, conn := range slow {
					if i < c.cut {
						require.Zero(t, statusOf(t, conn), "slow %d was to be cut off", i)
						continue
					}
					_, err := io.WriteString(conn, strings.Repeat("x", 6000))
					require.NoError(t, err)
					require.Equal(t, http.StatusOK, statusOf(t, conn), "slow %d", i)
				}
				require.Eventually(t, func() bool { return in.Arriving() == 0 && in.Held() == 0 }, patient, time.Millisecond, "all room comes back")
			})
		})
	}
}

// TestHeldBodiesAreCounted until their handlers are done with them; what finds no room is refused.
func TestHeldBodiesAreCounted(t *testing.T) {
	in := server.NewIntake(8, 10_000)
	reading, end := make(chan error, 3), make(chan struct{})
	h := in.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		reading <- err
		<-end
		_ = r.Body.Close()
	}))
	var runs sync.WaitGroup
	send := func() error {
		runs.Go(func() {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", 4000))))
		})
		return <-reading
	}
	require.NoError(t, send())
	require.NoError(t, send())
	require.EqualValues(t, 8000, in.Held())
	require.ErrorContains(t, send(), "too many bodies")
	require.EqualValues(t, 8000, in.Held())
	close(end)
	runs.Wait()
	require.Zero(t, in.Held())
	require.NoError(t, send())
	runs.Wait()
}

// TestCutPushIsNotAnswered, so that WeChat asks again; the log says why.
func TestCutPushIsNotAnswered(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		small := h.server.WithPushes(server.NewIntake(1, 1<<20))
		base := by.serve(t, small).URL
		slow := dial(t, base, "POST /wx/shop?"+signed()+" HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n<xml>")
		require.Eventually(t, func() bool { return small.Pushes().Held() == 5 }, patient, time.Millisecond)
		push := `<xml><ToUserName>gh_1</ToUserName><FromUserName>` + amy + `</FromUserName><CreateTime>1772416800</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>7</MsgId></xml>`
		quick := dial(t, base, fmt.Sprintf("POST /wx/shop?%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", signed(), len(push)))
		require.Zero(t, statusOf(t, slow))
		_, err := io.WriteString(quick, push)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, statusOf(t, quick))
		require.Contains(t, h.log.String(), "too many bodies are arriving at once")
	})
}

// TestBodyHasAnAge ends a signed push that never arrives whole.
func TestBodyHasAnAge(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		web := by.serve(t, h.server, func(l *server.Listener) { l.ReadTimeout = time.Second })
		conn := dial(t, web.URL, "POST /wx/shop?"+signed()+" HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n<xml>")
		require.Equal(t, http.StatusForbidden, statusOf(t, conn))
		require.Contains(t, h.log.String(), "the body did not arrive in time")
	})
}

// TestHeldCountsAllBodies sees the bytes of bodies of every kind in one figure, and nothing of them afterwards.
func TestHeldCountsAllBodies(t *testing.T) {
	var held atomic.Int64
	var seen []int64
	f := &fakeFleet{receive: func(r bot.Responder, _ []byte) {
		seen = append(seen, held.Load())
		r.Respond("text/plain", []byte("success"), bot.OnReturn)
	}}
	s := server.New(f, server.Options{Held: &held, Dev: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		seen = append(seen, held.Load())
		serve(server.StandIn(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			seen = append(seen, held.Load())
		}), anywhere{}, &held), http.MethodPost, "/cgi-bin/x", strings.NewReader("four"))
	})})
	serve(s.Dev(), http.MethodPost, "http://localhost/wx/shop?"+signed(), strings.NewReader("<xml></xml>"))
	serve(s.Dev(), http.MethodPost, "http://localhost/dev/push", strings.NewReader("twelve bytes"))
	require.Equal(t, []int64{11, 12, 16}, seen)
	require.Zero(t, held.Load())
}

// TestAPICrowdedOut words what an asker is told whose body found no room.
func TestAPICrowdedOut(t *testing.T) {
	h := newHouse(t)
	small := h.server.WithOthers(server.NewIntake(8, 10))
	a := serve(small.Public(), http.MethodPost, "/api/v1/shop/messages/list", strings.NewReader(`{"limit": 20}`), "Authorization", "Bearer "+apiKey)
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.Equal(t, "rate_limited", a.failure(t).Kind)
	a = serve(small.Public(), http.MethodPost, "/api/v1/shop/messages/list", strings.NewReader(`{}`), "Authorization", "Bearer "+apiKey)
	require.Equal(t, http.StatusOK, a.status)
}
