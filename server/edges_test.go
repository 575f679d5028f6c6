package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/wechat/sim"
)

func TestDevAnswersThisMachineOnly(t *testing.T) {
	dev := server.New(&fakeFleet{receive: func(r bot.Responder, _ []byte) { r.Respond("text/plain", []byte("success"), bot.OnReturn) }}, server.Options{Dev: http.NotFoundHandler()}).Dev()
	for host, want := range map[string]int{
		"127.0.0.1:8420": 200, "localhost:8420": 200, "localhost": 200, "[::1]:8420": 200, "[::1]": 200,
		"evil.example": 403, "evil.example:8420": 403, "127.0.0.1.evil.example": 403, "localhost.evil.example:8420": 403,
		"192.168.1.9:8420": 403, "": 403, "127.0.0.1:8420:1": 403,
	} {
		for _, target := range []string{"/", "/healthz", "/wx/shop?signature=good&echostr=1"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
			require.NoError(t, err)
			r.Host = host
			w := &recorder{header: http.Header{}}
			dev.ServeHTTP(w, r)
			require.Equal(t, want, w.status(), "%s %s", host, target)
		}
	}
}

// TestStandInAnswersThisMachineOnly: a page whose name points here (DNS rebinding) must not drive the platform, nor may
// a page elsewhere write to it. One that other machines can reach has names that nobody knows beforehand.
func TestStandInAnswersThisMachineOnly(t *testing.T) {
	loopback, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer loopback.Close()
	platform := sim.New(sim.Options{})
	defer platform.Close()
	ask := func(socket net.Listener, method, target, host, header, value string) int {
		r := httptest.NewRequest(method, target, nil)
		r.Host = host
		r.Header.Set(header, value)
		w := &recorder{header: http.Header{}}
		server.StandIn(platform.Handler(), socket, nil).ServeHTTP(w, r)
		return w.status()
	}
	for _, c := range []struct {
		name, method, target, host, header, value string
		want                                      int
	}{
		{"own name", "GET", "/platform/accounts", "127.0.0.1:8421", "X", "", 200},
		{"localhost", "GET", "/platform/accounts", "localhost:8421", "X", "", 200},
		{"IPv6", "GET", "/platform/accounts", "[::1]:8421", "X", "", 200},
		{"another loopback address", "GET", "/platform/accounts", "127.0.0.2:8421", "X", "", 200},
		{"rebound", "GET", "/platform/accounts", "evil.example:8421", "X", "", 403},
		{"rebound, no port", "GET", "/platform/accounts", "evil.example", "X", "", 403},
		{"rebound to a longer name", "GET", "/platform/accounts", "127.0.0.1.evil.example", "X", "", 403},
		{"rebound write", "DELETE", "/platform/faults", "evil.example:8421", "Origin", "http://evil.example:8421", 403},
		{"rebound call", "GET", "/cgi-bin/user/get", "evil.example:8421", "X", "", 403},
		{"rebound page", "GET", "/connect/oauth2/authorize", "evil.example:8421", "X", "", 403},
		{"own page", "DELETE", "/platform/faults", "localhost:8421", "Origin", "http://localhost:8421", 200},
		{"other page", "DELETE", "/platform/faults", "localhost:8421", "Origin", "https://evil.example", 403},
		{"other page, by fetch", "DELETE", "/platform/faults", "localhost:8421", "Sec-Fetch-Site", "cross-site", 403},
		{"other page calls an API", "POST", "/cgi-bin/stable_token", "localhost:8421", "Origin", "https://evil.example", 403},
		{"an SDK", "POST", "/cgi-bin/stable_token", "localhost:8421", "X", "", 200},
		{"no host", "GET", "/platform/accounts", "", "X", "", 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, ask(loopback, c.method, c.target, c.host, c.header, c.value))
		})
	}
	require.Equal(t, http.StatusOK, ask(anywhere{loopback}, "GET", "/platform/accounts", "platform:8421", "X", ""))
}

// TestAdminOnLoopbackAnswersToKnownNames keeps pages whose names point here (DNS rebinding) from metrics and interface, and
// nobody else.
func TestAdminOnLoopbackAnswersToKnownNames(t *testing.T) {
	loopback, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer loopback.Close()
	s := server.New(&fakeFleet{}, server.Options{Metrics: server.NewMetrics().Registry, Notes: func() []string { return []string{"shop: loading hangs"} }})
	const refusal = "this address answers to IP addresses, localhost and the names under admin_hosts in moonwire.yaml\n"
	for _, c := range []struct {
		name, target, host string
		socket             net.Listener
		status             int
		want               string // of the body; "": anything
	}{
		{"a scrape by IP", "/metrics", "127.0.0.1:8420", loopback, 200, ""},
		{"through a sidecar", "/metrics", "10.1.2.3:8443", loopback, 200, ""},
		{"IPv6", "/metrics", "[::1]:8420", loopback, 200, ""},
		{"localhost", "/metrics", "localhost:9000", loopback, 200, ""},
		{"a given name", "/metrics", "metrics.test", loopback, 200, ""},
		{"a given name in capitals", "/metrics", "Metrics.test:80", loopback, 200, ""},
		{"rebound", "/metrics", "evil.example:8420", loopback, 403, refusal},
		{"rebound below a given name", "/metrics", "metrics.test.evil.example", loopback, 403, refusal},
		{"rebound, the page", "/", "evil.example", loopback, 403, refusal},
		{"rebound, the interface", "/api/v1/shop/messages/list", "evil.example", loopback, 403, refusal},
		{"rebound, above a probe", "/healthz/../metrics", "evil.example", loopback, 403, refusal},
		{"no host", "/metrics", "", loopback, 403, refusal},
		{"a probe", "/healthz", "127.0.0.1:8420", loopback, 200, "ok\n"},
		{"a probe by any name", "/healthz", "pod.test", loopback, 200, "-"},
		{"readiness", "/readyz", "localhost", loopback, 200, "ready\nshop: loading hangs\n"},
		{"readiness by any name", "/readyz", "pod.test", loopback, 200, "-"},
		{"an address that others reach", "/metrics", "node7.internal:8420", anywhere{}, 200, ""},
		{"its readiness", "/readyz", "node7.internal:8420", anywhere{}, 200, "ready\nshop: loading hangs\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, c.target, nil)
			r.Host = c.host
			w := httptest.NewRecorder()
			s.Admin(c.socket, "metrics.test", "").ServeHTTP(w, r)
			require.Equal(t, c.status, w.Code)
			switch c.want {
			case "":
			case "-":
				require.Empty(t, w.Body.String(), "names of accounts are nothing for strangers")
			default:
				require.Equal(t, c.want, w.Body.String())
			}
		})
	}
}

// TestAProbeByAnyNameIsToldTheStatus of a machine that is not ready, and not why.
func TestAProbeByAnyNameIsToldTheStatus(t *testing.T) {
	loopback, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer loopback.Close()
	s := server.New(&fakeFleet{}, server.Options{Ready: func(context.Context) error { return errors.New("the store does not answer") }})
	a := serve(s.Admin(loopback), http.MethodGet, "http://pod.test/readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.Empty(t, a.body)
}

// anywhere is a socket that other machines can reach.
type anywhere struct{ net.Listener }

func (anywhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 8421} }

// recorder keeps the status of an answer.
type recorder struct {
	header http.Header
	code   int
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return len(p), nil
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
}

func (r *recorder) status() int { return max(r.code, 200) }

// TestCrossOriginWrites refuses what a page of somebody else makes a browser send.
func TestCrossOriginWrites(t *testing.T) {
	h := newHouse(t, func(o *server.Options) {
		o.Dev = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	})
	for _, c := range []struct {
		name, header, value string
		refused             bool
	}{
		{"a tool", "X-None", "", false},
		{"own page", "Sec-Fetch-Site", "same-origin", false},
		{"own origin", "Origin", "http://127.0.0.1:8420", false},
		{"other page", "Sec-Fetch-Site", "cross-site", true},
		{"same site", "Sec-Fetch-Site", "same-site", true},
		{"other origin", "Origin", "https://evil.example", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			const base = "http://127.0.0.1:8420"
			for _, target := range []string{"/dev/push", "/api/v1/shop/access_token"} {
				a := serve(h.server.Dev(), http.MethodPost, base+target, nil, c.header, c.value, "Authorization", "Bearer "+apiKey)
				require.Equal(t, c.refused, a.status == http.StatusForbidden, "dev %s: %d %s", target, a.status, a.body)
			}
			a := serve(h.server.Admin(anywhere{}), http.MethodPost, base+"/api/v1/shop/access_token", nil, c.header, c.value, "Authorization", "Bearer "+apiKey)
			require.Equal(t, c.refused, a.status == http.StatusForbidden, "admin: %d %s", a.status, a.body)
		})
	}
}

// TestWhereTheInterfaceIs finds it on all three listeners, and on none without a store.
func TestWhereTheInterfaceIs(t *testing.T) {
	h := newHouse(t)
	for name, handler := range map[string]http.Handler{"public": h.server.Public(), "admin": h.server.Admin(anywhere{}), "dev": h.server.Dev()} {
		a := serve(handler, http.MethodPost, "http://127.0.0.1/api/v1/shop/messages/list", nil, "Authorization", "Bearer "+apiKey)
		require.Equal(t, http.StatusOK, a.status, "%s: %s", name, a.body)
	}
	none := server.New(&fakeFleet{}, server.Options{})
	require.Equal(t, http.StatusForbidden, serve(none.Public(), http.MethodPost, "/api/v1/shop/messages/list", nil).status)
	require.Equal(t, http.StatusNotFound, serve(none.Admin(anywhere{}), http.MethodPost, "/api/v1/shop/messages/list", nil).status)
}

func TestHealth(t *testing.T) {
	var ill error
	var notes []string
	metrics := server.NewMetrics()
	admin := server.New(&fakeFleet{}, server.Options{
		Ready: func(context.Context) error { return ill }, Metrics: metrics.Registry, Notes: func() []string { return notes },
	}).Admin(anywhere{})
	ready := serve(admin, http.MethodGet, "/readyz", nil)
	require.Equal(t, "ready\n", ready.body)
	require.Equal(t, "text/plain; charset=utf-8", ready.header.Get("Content-Type"))
	notes = []string{"shop: loading hangs"}
	require.Equal(t, "ready\nshop: loading hangs\n", serve(admin, http.MethodGet, "/readyz", nil).body, "one account takes no machine away")
	ill = errors.New("the store does not answer")
	a := serve(admin, http.MethodGet, "/readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.Equal(t, "the store does not answer\n", a.body)
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))
	require.Equal(t, "ok\n", serve(admin, http.MethodGet, "/healthz", nil).body, "a process that is not ready still lives")
	require.Equal(t, http.StatusMethodNotAllowed, serve(admin, http.MethodPost, "/healthz", nil).status)

	metrics.Message("shop", "ok", time.Millisecond)
	metrics.Stopped("shop", "memory")
	metrics.Save(false)
	metrics.Save(true)
	metrics.Save(true)
	metrics.Gauge("moonwire_test", "of this test", func() float64 { return 7 })
	page := serve(admin, http.MethodGet, "/metrics", nil).body
	require.Contains(t, page, `moonwire_messages_total{account="shop",outcome="ok"} 1`)
	require.Contains(t, page, `moonwire_saves_total{result="refused"} 1`)
	require.Contains(t, page, `moonwire_saves_total{result="live"} 2`)
	for _, bound := range []string{"0.0002", "0.0005", "0.001", "0.002", "0.005", "0.01", "0.025", "0.1", "0.5", "1", "2.5", "4.5", "15", "60", "+Inf"} {
		require.Contains(t, page, `moonwire_turn_seconds_bucket{le="`+bound+`"}`)
	}
	require.Contains(t, page, `moonwire_stopped_total{account="shop",limit="memory"} 1`)
	require.Contains(t, page, "moonwire_test 7")
}

// TestHome tells a stranger nothing and a developer where the accounts are.
func TestHome(t *testing.T) {
	a := serve(server.New(&fakeFleet{}, server.Options{}).Admin(anywhere{}), http.MethodGet, "/", nil)
	require.Equal(t, http.StatusOK, a.status)
	require.NotContains(t, a.body, "shop")
	require.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
	a = serve(server.New(&fakeFleet{}, server.Options{Dev: http.NotFoundHandler()}).Dev(), http.MethodGet, "http://localhost/", nil)
	require.Contains(t, a.body, "/wx/shop")
	require.Contains(t, a.header.Get("Content-Security-Policy"), "default-src 'none'")
}

// TestListenerDrains: pushes and other requests under way may end; connections at rest are closed.
func TestListenerDrains(t *testing.T) {
	for _, c := range []struct {
		name  string
		drain time.Duration
		whole bool
	}{
		{"in time", patient, true},
		{"too slow", time.Millisecond, false},
	} {
		t.Run(c.name, func(t *testing.T) { byBoth(t, func(t *testing.T, by reader) { testDrain(t, by, c.drain, c.whole) }) })
	}
}

func testDrain(t *testing.T, by reader, drain time.Duration, whole bool) {
	began, end := make(chan struct{}, 2), make(chan struct{})
	work := func(gone <-chan struct{}) {
		began <- struct{}{}
		select {
		case <-end:
		case <-gone:
		}
	}
	s := server.New(&fakeFleet{receive: func(r bot.Responder, body []byte) {
		if string(body) != "quick" {
			work(r.Gone())
		}
		r.Respond("text/plain", []byte("whole"), bot.OnReturn)
	}}, server.Options{})
	l := by.listener(t, s)
	l.Drain, l.Handler = drain, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			work(r.Context().Done())
			_, _ = io.WriteString(w, "whole")
			return
		}
		s.Public().ServeHTTP(w, r)
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	addr := l.Socket.Addr().String()
	const head = "POST /wx/shop HTTP/1.1\r\nHost: x\r\nContent-Length: "
	rests := dial(t, addr, head+"5\r\n\r\nquick")
	require.Equal(t, "whole", bodyOf(t, rests))
	works := []net.Conn{dial(t, addr, head+"4\r\n\r\nslow"), dial(t, addr, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")}
	for range works {
		<-began
	}
	stop()
	_, err := rests.Read(make([]byte, 1))
	require.Error(t, err, "closed")
	want := ""
	if whole {
		want = "whole"
		close(end)
	}
	for _, conn := range works {
		require.Equal(t, want, bodyOf(t, conn))
	}
	require.NoError(t, <-ended)
	_, err = net.Dial("tcp", addr)
	require.Error(t, err, "nobody listens any more")
}

// bodyOf reads the body of an answer; "" when the connection was closed without one.
func bodyOf(t *testing.T, conn net.Conn) string {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body)
}

func TestListenerSaysWhyItCannotServe(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		l := by.listener(t, server.New(&fakeFleet{}, server.Options{}))
		require.NoError(t, l.Socket.Close())
		require.ErrorIs(t, l.Run(t.Context()), net.ErrClosed)
	})
}
