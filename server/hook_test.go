package server_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/server"
)

const hookLua = `
on.hook("paid", function(hook)
  store.incr("calls")
  return hook.json and hook.json.say or { n = store.get("calls"), id = hook.headers["x-event-id"], secret = hook.headers["x-hook-secret"], auth = hook.headers.authorization }
end)
on.hook("orders", function(hook) return { n = store.incr("orders"), secret = hook.headers["x-hook-secret"], auth = hook.headers.authorization, other = hook.headers["x-copy"] } end)
on.hook("named", function(hook) return { n = store.incr("named") } end)
on.hook("broken", function() error("SECRETWORDS") end)
on.hook("quiet", function() end)
on.hook("shown", function(hook)
  local seen = hook.raw .. "|" .. json.encode(hook.json or {})
  for name, value in pairs(hook.headers) do seen = seen .. "|" .. name .. value end
  return { same = hook.raw == hook.json.same, seen = base64.encode(seen), twice = base64.decode(base64.decode(hook.json.twice or "")) }
end)
on.text(function() end)
`

const hookYAML = `
hooks:
  paid: { secret: "${env:API_KEY}", algorithm: hmac-sha256 }
  orders: { secret: "${env:API_KEY}" }
  named: { secret: "${env:API_KEY}", algorithm: hmac-sha256, id: $.event.id }
  broken: { secret: "${env:API_KEY}" }
  quiet: { secret: "${env:API_KEY}" }
  shown: { secret: "${env:API_KEY}", algorithm: hmac-sha256 }
  nowhere: { secret: "${env:API_KEY}" }
`

func hookHouse(t *testing.T, change ...func(*server.Options)) *house {
	return newHouseOf(t, map[string]string{"shop/account.yaml": accountYAML + hookYAML, "shop/main.lua": hookLua}, change...)
}

var hookSigner = account.Hook{Secret: apiKey, Algorithm: account.HookHMAC}

func (h *house) sign(name, body string, headers ...string) answer {
	h.t.Helper()
	return h.request(http.MethodPost, "/hook/shop/"+name, body, append(headers, "X-Signature", hookSigner.Proof([]byte(body)))...)
}

func (h *house) withSecret(name, body string, headers ...string) answer {
	h.t.Helper()
	return h.request(http.MethodPost, "/hook/shop/"+name, body, append(headers, "X-Hook-Secret", apiKey)...)
}

func TestHooksAnswer(t *testing.T) {
	h := hookHouse(t)
	a := h.sign("paid", `{"say":"谢谢"}`)
	require.Equal(t, http.StatusOK, a.status)
	require.Equal(t, "谢谢", a.body)
	require.Equal(t, "text/plain; charset=utf-8", a.header.Get("Content-Type"))

	a = h.sign("paid", ``, "X-Event-Id", "7", "Authorization", "Bearer x")
	require.JSONEq(t, `{"n":2,"id":"7"}`, a.body)
	require.Equal(t, "application/json", a.header.Get("Content-Type"))

	a = h.withSecret("orders", ``, "X-Copy", "it is "+apiKey)
	require.JSONEq(t, `{"n":1}`, a.body, "no header with the secret reaches a script")
	require.Equal(t, http.StatusNoContent, h.withSecret("quiet", "").status)

	a = h.withSecret("broken", "")
	require.Equal(t, http.StatusInternalServerError, a.status)
	require.Empty(t, a.body)

	a = h.withSecret("nowhere", "")
	require.Equal(t, http.StatusNotFound, a.status)
	require.NotContains(t, h.log.String(), apiKey)
}

// A call that comes again is done once; so is one that is replayed as it was sent.
func TestHooksAreDoneOnce(t *testing.T) {
	h := hookHouse(t)
	for range 2 {
		require.JSONEq(t, `{"n":1}`, h.sign("paid", `{"amount":1}`).body, "the signed body is its own name")
		require.JSONEq(t, `{"n":1}`, h.sign("named", `{"event":{"id":17},"try":`+strings.Repeat(" ", 1)+`1}`).body)
	}
	require.JSONEq(t, `{"n":1}`, h.sign("named", `{"event":{"id":17},"try":2}`).body, "the same id in another body")
	require.JSONEq(t, `{"n":2}`, h.sign("named", `{"event":{"id":"18"}}`).body)
	for _, want := range []string{`{"n":1}`, `{"n":2}`} {
		require.JSONEq(t, want, h.withSecret("orders", "{}").body, "without a signature or a name each call counts")
	}
	for _, body := range []string{`{}`, `{"event":7}`, `{"event":{"id":null}}`, `not json`, `{"event":{"id":"` + strings.Repeat("x", 257) + `"}}`} {
		a := h.sign("named", body)
		require.Equal(t, http.StatusBadRequest, a.status, body)
		require.Contains(t, a.body, "want the id of the call in $.event.id")
	}
}

// Whoever cannot prove who he is learns nothing, and costs nothing.
func TestHooksRefuseStrangers(t *testing.T) {
	h := hookHouse(t)
	good := hookSigner.Proof([]byte("{}"))
	tests := []struct {
		name, method, path, body string
		headers                  []string
	}{
		{"no signature", http.MethodPost, "/hook/shop/paid", "{}", nil},
		{"another body's signature", http.MethodPost, "/hook/shop/paid", `{"a":1}`, []string{"X-Signature", good}},
		{"the secret for a signature", http.MethodPost, "/hook/shop/paid", "{}", []string{"X-Signature", apiKey}},
		{"another secret", http.MethodPost, "/hook/shop/orders", "{}", []string{"X-Hook-Secret", otherKey}},
		{"another header", http.MethodPost, "/hook/shop/orders", "{}", []string{"Authorization", "Bearer " + apiKey}},
		{"no such hook", http.MethodPost, "/hook/shop/other", "{}", []string{"X-Signature", good}},
		{"no such account", http.MethodPost, "/hook/nobody/paid", "{}", []string{"X-Signature", good}},
		{"no hook named", http.MethodPost, "/hook/shop", "{}", []string{"X-Signature", good}},
		{"more path", http.MethodPost, "/hook/shop/paid/x", "{}", []string{"X-Signature", good}},
		{"GET", http.MethodGet, "/hook/shop/paid", "", []string{"X-Signature", good}},
		{"PUT", http.MethodPut, "/hook/shop/paid", "{}", []string{"X-Signature", good}},
		{"dots", http.MethodPost, "/hook/shop/../shop/paid", "{}", []string{"X-Signature", good}},
	}
	first := h.request(http.MethodPost, "/hook/x", "")
	require.Equal(t, http.StatusForbidden, first.status)
	require.Empty(t, first.body)
	first.header.Del("Date")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.request(tt.method, tt.path, tt.body, tt.headers...)
			a.header.Del("Date")
			require.Equal(t, first, a)
		})
	}
	require.JSONEq(t, `{"n":1}`, h.sign("paid", "{}").body, "none of them was run")
	a := h.sign("paid", strings.Repeat(" ", 256<<10+1))
	require.Equal(t, http.StatusRequestEntityTooLarge, a.status)
	require.NotContains(t, h.log.String(), apiKey)
}

// Sixty calls a minute are taken of those who have proved who they are; others do not count.
func TestHooksHaveAPace(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	h := hookHouse(t, func(o *server.Options) { o.Now = func() time.Time { return at } })
	for range 70 {
		h.request(http.MethodPost, "/hook/shop/orders", "{}", "X-Hook-Secret", otherKey)
	}
	for range 60 {
		require.Equal(t, http.StatusNoContent, h.withSecret("quiet", "").status)
	}
	a := h.withSecret("quiet", "")
	require.Equal(t, http.StatusTooManyRequests, a.status)
	require.Equal(t, "1", a.header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, h.withSecret("orders", "").status, "another hook has its own pace")
	at = at.Add(time.Second)
	require.Equal(t, http.StatusNoContent, h.withSecret("quiet", "").status)
}

// The body of a caller whose secret is wrong, or of whom there is no signature, is not even read.
func TestHooksReadNothingOfStrangers(t *testing.T) {
	h := hookHouse(t)
	for _, headers := range [][]string{{"X-Hook-Secret", otherKey}, {"X-Hook-Secret", ""}, nil} {
		body := &watchedBody{}
		for _, name := range []string{"orders", "paid"} {
			a := serve(h.server.Public(), http.MethodPost, "/hook/shop/"+name, body, headers...)
			require.Equal(t, http.StatusForbidden, a.status)
			require.Zero(t, body.reads)
		}
	}
}

// A caller's own secret, which some write into what they send, reaches no script, however it is written.
func TestHooksSeeNoSecret(t *testing.T) {
	h := hookHouse(t)
	escaped := strings.ReplaceAll(apiKey, "-", `\u002d`)
	body := `{"token":"` + apiKey + `","again":"` + escaped + `","' + escaped + '":1,"b":"` + base64.StdEncoding.EncodeToString([]byte("x"+apiKey)) +
		`","twice":"` + base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(escaped)))) + `"}`
	a := h.sign("shown", body, "X-Copy", strings.ToUpper(apiKey), "X-Other", strings.ReplaceAll(apiKey, "-", "%2d"))
	require.Equal(t, http.StatusOK, a.status, a.body)
	var given struct{ Seen, Twice string }
	require.NoError(t, json.Unmarshal([]byte(a.body), &given))
	seen, err := base64.StdEncoding.DecodeString(given.Seen)
	require.NoError(t, err)
	require.Contains(t, string(seen), "[redacted]")
	for _, part := range []string{"kestrel", "KESTREL", "4711", escaped, base64.StdEncoding.EncodeToString([]byte("x" + apiKey))[2:20]} {
		require.NotContains(t, string(seen), part)
	}
	require.JSONEq(t, `"[redacted]"`, `"`+given.Twice+`"`, "what is in base64 twice is known once both are off")
}

// By what a stranger is answered he does not learn which hooks there are: not by one byte, however long or broken his body is.
func TestHooksTellNobodyThatTheyExist(t *testing.T) {
	h := hookHouse(t)
	forged := hookSigner.Proof([]byte("another"))
	for _, tt := range []struct {
		name, length string
		sent         int
	}{
		{"short", "7", 7},
		{"as long as may be", strconv.Itoa(256 << 10), 256 << 10},
		{"a byte more", strconv.Itoa(256<<10 + 1), 256<<10 + 1},
		{"far too long", strconv.Itoa(3 << 20), 3 << 20},
		{"not whole", "100", 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{}
			for _, hook := range []string{"paid", "none"} {
				answers[hook] = h.raw("POST /hook/shop/"+hook+" HTTP/1.1\r\nHost: x\r\nX-Signature: "+forged+"\r\nContent-Length: "+tt.length+"\r\n\r\n", tt.sent)
			}
			require.Contains(t, answers["none"], "403 Forbidden")
			require.Equal(t, answers["none"], answers["paid"])
		})
	}
	for size, want := range map[int]int{256<<10 + 1: http.StatusRequestEntityTooLarge, 1 << 20: http.StatusRequestEntityTooLarge, 256 << 10: http.StatusOK} {
		a := h.sign("paid", strings.Repeat(" ", size))
		require.Equal(t, want, a.status, size)
		if want != http.StatusOK {
			require.Contains(t, a.body, "256 KiB", "whoever has proved who he is, is told")
		}
	}
}

// raw sends a head and so many bytes of a body, and gives the answer as it came, but for its date.
func (h *house) raw(head string, body int) string {
	h.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.web.URL, "http://"))
	require.NoError(h.t, err)
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patient))
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, head+strings.Repeat(" ", body)) // the other side may not want all of it
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(h.t, err)
	answer.Header.Del("Date")
	rest, _ := io.ReadAll(answer.Body)
	_ = conn.Close()
	<-sent
	return fmt.Sprintf("%s %v close=%v %q", answer.Status, answer.Header, answer.Close, rest)
}
