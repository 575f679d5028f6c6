package outside_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

func packed(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// TestAnswers are what comes back, or why nothing does.
func TestAnswers(t *testing.T) {
	big, bomb := bytes.Repeat([]byte("x"), outside.MaxBody), packed(t, make([]byte, 64<<20))
	nothing := bytes.Repeat([]byte{0, 0, 0, 0xff, 0xff}, 300_000) // blocks of deflate with nothing in them
	gzipped := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(body)
		}
	}
	for _, tc := range []struct {
		name   string
		serve  http.HandlerFunc
		status int
		body   string
		want   outside.Kind
	}{
		{"a body", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hi") }, 200, "hi", ""},
		{"an error page", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 404) }, 404, "no\n", ""},
		{"the worst", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(599) }, 599, "", ""},
		{"nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, "", ""},
		{"as much as may be", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(big) }, 200, string(big), ""},
		{"too much, and says so", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(big)+1))
			_, _ = w.Write(big)
			_, _ = w.Write([]byte("x"))
		}, 0, "", outside.TooLarge},
		{"too much, in pieces", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(big)
			w.(http.Flusher).Flush()
			_, _ = w.Write([]byte("x"))
		}, 0, "", outside.TooLarge},
		{"packed", gzipped(packed(t, []byte("hi"))), 200, "hi", ""},
		{"packed, as much as may be", gzipped(packed(t, big)), 200, string(big), ""},
		{"a bomb", gzipped(bomb), 0, "", outside.TooLarge},
		{"a bomb in a bomb", gzipped(packed(t, bomb)), 200, string(bomb), ""}, // it is taken apart once
		{"packed nothing", gzipped(append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}, nothing...)), 0, "", outside.TooLarge},
		{"packed, broken", gzipped(packed(t, big)[:500]), 0, "", outside.Connect},
		{"not packed at all", gzipped([]byte("no gzip at all, whatever the header says")), 0, "", outside.Protocol},
		{"packed by nobody's wish", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "br") }, 0, "", outside.Protocol},
		{"packed twice", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Encoding"] = []string{"gzip", "gzip"}
		}, 0, "", outside.Protocol},
		{"endless headers", func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1000))
			}
		}, 0, "", outside.Protocol},
		{"a broken promise", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("x"))
			panic(http.ErrAbortHandler)
		}, 0, "", outside.Connect},
		{"a closed door", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "", outside.Connect},
		{"no HTTP", said("SSH-2.0-x\r\n"), 0, "", outside.Protocol},
		{"another protocol", said("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"), 0, "", outside.Protocol},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host := serve(t, tc.serve)
			c := outside.NewClient(outside.Options{})
			answer, err := get(t, c.Account(policy(t, host)), "http://"+host)
			require.Zero(t, c.Held())
			require.Zero(t, c.UnderWay())
			if tc.want != "" {
				require.Equal(t, tc.want, kind(t, err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.status, answer.Status)
			require.True(t, tc.body == answer.Body)
			require.Empty(t, answer.Header.Get("Content-Encoding"))
		})
	}
}

// said is a server that says something and hangs up.
func said(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}
}

// TestWhatIsSent is what a server sees of a call.
func TestWhatIsSent(t *testing.T) {
	seen := make(chan *http.Request, 1)
	host := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		seen <- r
	})
	p := policy(t, host)
	service, err := outside.NewService(outside.ServiceConfig{Base: "http://" + host + "/v1/", Headers: map[string]string{"X-Shop": "7"}})
	require.NoError(t, err)
	p.Services = map[string]*outside.Service{"orders": service}
	a := outside.NewClient(outside.Options{}).Account(p)
	target, err := a.Locate("orders:/items?b=2")
	require.NoError(t, err)
	_, err = a.Do(t.Context(), outside.Request{
		Method: http.MethodPost, Target: target, Query: "a=%E8%8C%B6", Headers: map[string]string{"X-Mine": "1", "user-agent": "tea"},
		Body: []byte("{}"), Type: "application/json", Retry: outside.Retry{Key: "k7"},
	})
	require.NoError(t, err)
	r := <-seen
	require.Equal(t, "POST /v1/items?b=2&a=%E8%8C%B6", r.Method+" "+r.RequestURI)
	body, _ := io.ReadAll(r.Body)
	require.Equal(t, "{}", string(body))
	require.Equal(t, host, r.Host)
	require.Equal(t, http.Header{
		"User-Agent": {"tea"}, "Accept-Encoding": {"gzip"}, "Content-Type": {"application/json"}, "Content-Length": {"2"},
		"X-Mine": {"1"}, "X-Shop": {"7"}, "Idempotency-Key": {"k7"},
	}, r.Header)
}

// TestNoCookieIsKept from one call to the next.
func TestNoCookieIsKept(t *testing.T) {
	cookies := make(chan int, 2)
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cookies <- len(r.Cookies())
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
	})
	a := outside.NewClient(outside.Options{}).Account(policy(t, host))
	for range 2 {
		answer, err := get(t, a, "http://"+host)
		require.NoError(t, err)
		require.Zero(t, <-cookies)
		require.Equal(t, []string{"a=1", "b=2"}, answer.Header["Set-Cookie"])
	}
}

func TestHeadersThatNobodySets(t *testing.T) {
	for _, tc := range []struct{ name, header, value, want string }{
		{"host", "Host", "x", "by nobody else"},
		{"host in other letters", "hOST", "x", "by nobody else"},
		{"connection", "Connection", "close", "by nobody else"},
		{"length", "Content-Length", "7", "by nobody else"},
		{"chunks", "Transfer-Encoding", "chunked", "by nobody else"},
		{"upgrade", "Upgrade", "websocket", "by nobody else"},
		{"packing", "Accept-Encoding", "br", "by nobody else"},
		{"expect", "Expect", "100-continue", "by nobody else"},
		{"a proxy's", "Proxy-Authorization", "x", "by nobody else"},
		{"trailer", "Trailer", "x", "by nobody else"},
		{"a line break", "X-A", "1\r\nHost: x", "line break"},
		{"a line feed", "X-A", "1\n2", "line break"},
		{"a zero", "X-A", "1\x002", "control character"},
		{"a colon in the name", "X: A", "1", "no name of a header"},
		{"a line break in the name", "X\r\nHost", "1", "no name of a header"},
		{"no name", "", "1", "no name of a header"},
		{"too long", "X-A", strings.Repeat("x", 9000), "want at most 8192"},
		{"a service's own", "authorization", "x", "is the service's own"},
		{"fine", "X-A", "茶\tx", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			service, err := outside.NewService(outside.ServiceConfig{Base: "https://x.example.com", Headers: map[string]string{"Authorization": "Bearer x"}})
			require.NoError(t, err)
			target, err := (&outside.Policy{Services: map[string]*outside.Service{"s": service}}).Locate("s:/")
			require.NoError(t, err)
			err = target.CheckHeaders(map[string]string{tc.header: tc.value})
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			var m *outside.Mistake
			require.ErrorAs(t, err, &m)
			require.Contains(t, m.Reason, tc.want)
		})
	}
	many := map[string]string{}
	for i := range 65 {
		many[fmt.Sprint("X-", i)] = "x"
	}
	require.ErrorContains(t, outside.Target{}.CheckHeaders(many), "want at most 64")
	require.ErrorContains(t, outside.Target{}.CheckHeaders(map[string]string{"x-a": "1", "X-A": "2"}), "is there twice")
}

// TestEncryption refuses whoever cannot show that it is who it is.
func TestEncryption(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "in") }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	for _, tc := range []struct {
		name, host string
		port       string
		roots      *x509.CertPool
		want       string // "" = answered
	}{
		{"signed by one who is trusted", "example.com", u.Port(), roots, ""},
		{"for another name", "other.test", u.Port(), roots, "is for another name"},
		{"signed by nobody", "example.com", u.Port(), x509.NewCertPool(), "signed by nobody"},
		{"no encryption at all", "example.com", portText(plain), roots, "answers without encryption"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := &names{known: map[string][][]string{tc.host: {{"127.0.0.1"}}}}
			allowed, err := outside.ParseAllowed(tc.host + ":" + tc.port)
			require.NoError(t, err)
			opened, err := outside.ParseOpened(tc.host + ":" + tc.port)
			require.NoError(t, err)
			c := outside.NewClient(outside.Options{Resolver: r, Roots: tc.roots})
			answer, err := get(t, c.Account(outside.Policy{Allow: []outside.Allowed{allowed}, Open: []outside.Opened{opened}}), "https://"+tc.host+":"+tc.port)
			if tc.want == "" {
				require.NoError(t, err)
				require.Equal(t, "in", answer.Body)
				return
			}
			require.Equal(t, outside.TLS, kind(t, err))
			require.ErrorContains(t, err, tc.want)
			require.Zero(t, c.Open())
		})
	}
}

// TestTooOldEncryption is not agreed on.
func TestTooOldEncryption(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	s.StartTLS()
	t.Cleanup(s.Close)
	host := strings.TrimPrefix(s.URL, "https://")
	allowed, err := outside.ParseAllowed(host)
	require.NoError(t, err)
	opened, err := outside.ParseOpened(host)
	require.NoError(t, err)
	_, err = get(t, outside.NewClient(outside.Options{}).Account(outside.Policy{Allow: []outside.Allowed{allowed}, Open: []outside.Opened{opened}}), s.URL)
	require.Equal(t, outside.TLS, kind(t, err))
}

// TestSlowServers hang at every stage of a call.
func TestSlowServers(t *testing.T) {
	for _, tc := range []struct {
		name  string
		serve http.HandlerFunc
	}{
		{"before an answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"in the body", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("x"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
		{"drop by drop", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write([]byte("x")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(5 * time.Millisecond):
				}
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host := serve(t, tc.serve)
			c := outside.NewClient(outside.Options{})
			a := c.Account(policy(t, host))
			target, err := a.Locate("http://" + host)
			require.NoError(t, err)
			_, err = a.Do(t.Context(), outside.Request{Method: http.MethodGet, Target: target, Timeout: 200 * time.Millisecond})
			require.Equal(t, outside.Timeout, kind(t, err))
			require.Eventually(t, func() bool { return c.Open() == 0 }, patient, time.Millisecond, "the connection is given up")
		})
	}
}

// TestATurnThatEnds ends its call.
func TestATurnThatEnds(t *testing.T) {
	began := make(chan struct{})
	host := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
	})
	a := outside.NewClient(outside.Options{}).Account(policy(t, host))
	target, err := a.Locate("http://" + host)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-began
		cancel()
	}()
	_, err = a.Do(ctx, outside.Request{Method: http.MethodGet, Target: target, Timeout: outside.MaxTimeout})
	require.Equal(t, outside.Timeout, kind(t, err))
}

// TestAHandshakeThatHangs does not hold a call for longer than it may take.
func TestAHandshakeThatHangs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	allowed, err := outside.ParseAllowed(l.Addr().String())
	require.NoError(t, err)
	opened, err := outside.ParseOpened(l.Addr().String())
	require.NoError(t, err)
	a := outside.NewClient(outside.Options{}).Account(outside.Policy{Allow: []outside.Allowed{allowed}, Open: []outside.Opened{opened}})
	target, err := a.Locate("https://" + l.Addr().String())
	require.NoError(t, err)
	_, err = a.Do(t.Context(), outside.Request{Method: http.MethodGet, Target: target, Timeout: 150 * time.Millisecond})
	require.Equal(t, outside.Timeout, kind(t, err))
}
