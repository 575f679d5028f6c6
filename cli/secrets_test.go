package cli_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the store's file is read from outside

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// treasury is everything that nobody may read: what the operator gave and what the platform issued.
type treasury struct {
	mu     sync.Mutex
	given  map[string]string // what it is → the secret
	issued []string          // access_tokens and tickets
}

var issuedSecret = regexp.MustCompile(`"(?:access_token|ticket)":"([^"]+)"`)

// watch passes the platform's answers on and remembers the secrets in them.
func (y *treasury) watch(platform http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		platform.ServeHTTP(answer, r)
		y.mu.Lock()
		for _, m := range issuedSecret.FindAllStringSubmatch(answer.Body.String(), -1) {
			y.issued = append(y.issued, m[1])
		}
		y.mu.Unlock()
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

func (y *treasury) last(t *testing.T) string {
	t.Helper()
	y.mu.Lock()
	defer y.mu.Unlock()
	require.NotEmpty(t, y.issued)
	return y.issued[len(y.issued)-1]
}

// find names the secrets that a text holds, as they are or as a URL or base64 would write them.
func (y *treasury) find(text string, tokens bool) (found []string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	holds := func(secret string) bool {
		return strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) ||
			strings.Contains(text, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "=")) ||
			strings.Contains(text, url.PathEscape(secret)) || strings.Contains(text, hex.EncodeToString([]byte(secret)))
	}
	for what, secret := range y.given {
		if holds(secret) {
			found = append(found, what)
		}
	}
	for _, secret := range y.issued {
		if tokens && (holds(secret) || strings.Contains(text, secret[:24])) {
			found = append(found, "a token of the platform")
		}
	}
	return found
}

func (y *treasury) spare(t *testing.T, where, text string) {
	t.Helper()
	if found := y.find(text, true); len(found) > 0 {
		require.FailNow(t, fmt.Sprintf("%s: %v", where, found), "%s", text)
	}
}

// secretive does all that a script can do wrong with secrets.
const secretive = `
menu{ button("今日", { click = function(msg) return msg.event_key end }) }
on.text("token", function() local token, err = api.access_token() return token and #token .. " characters" or err.hint end)
on.text("log", function() local token = api.access_token() log.info(token) log.error("half", token:sub(1, 40)) print({ t = token }) return "logged" end)
on.text("raise", function() local token = api.access_token() error("boom " .. token) end)
on.text("index", function() local token = api.access_token() local t = {} return t[token].x end)
on.text("reply", function() return api.access_token() end)
on.text("paths", function(msg)
  local token, said = api.access_token(), {}
  for _, path in ipairs{
    "/cgi-bin/user/get?access_token=" .. token, "@127.0.0.1/cgi-bin/x", "//127.0.0.1/x", "/cgi-bin/../cgi-bin/user/get", "/cgi-bin/token",
    "/cgi-bin/stable_token", "/sns/oauth2/access_token", "/cgi-bin/ticket/getticket", "/cgi-bin/" .. token, "cgi-bin/user/get", "/cgi-bin/user/get\r\nX: " .. token, "",
  } do
    local ok, got, err = pcall(api.call, path)
    said[#said + 1] = ok and (got and "answered" or "errcode " .. err.errcode) or tostring(got)
    log.info(path, got, err)
  end
  for _, query in ipairs{ { access_token = token }, { appid = "x" }, { secret = "x" }, { next_openid = token } } do
    local ok, got, err = pcall(api.call, "/cgi-bin/user/get", nil, { query = query })
    said[#said + 1] = ok and "called" or tostring(got)
    log.info(query, got, err)
  end
  return table.concat(said, "; ")
end)
on.text("user", function(msg) local u, err = user.get(msg.openid) log.info(u, err) return u and "found" or err.errcode .. " " .. err.errmsg .. " " .. err.hint end)
on.text("sign", function() local signed, err = jssdk.sign("https://example.com/") log.info(signed, err) return signed and "signed" or err.hint end)
on.text("settings", function() log.info(settings, msg) return tostring(settings.token) .. tostring(settings.app_secret) end)
on.text("outside", function()
  local said = {}
  for _, path in ipairs{ "echo:/whole", "echo:/on", "echo:/torn", "echo:/slow" } do
    local r, err = http.get(path, { timeout = "300ms" })
    log.info(path, r, r and r.body, err)
    said[#said + 1] = r and json.encode(r.headers) .. r.body or err.kind .. err.message .. err.hint
  end
  local ok, e = pcall(http.get, "echo:/", { headers = { Authorization = "mine" } })
  said[#said + 1] = tostring(e)
  return table.concat(said, "; "):sub(1, 1900)
end)
on.text("boom", function() local r = http.get("echo:/whole") error(r.body .. r.headers["x-echo"]) end)
on.fallback(function(msg) return "you said " .. (msg.content or msg.event_key or msg.msg_type) end)
`

// TestNoSecretIsWritten runs the program through messages, errors, hostile calls, failing tokens and strangers at
// every door, and looks for each secret in all that it wrote.
func TestNoSecretIsWritten(t *testing.T) {
	y := &treasury{given: map[string]string{
		"token": testToken, "encoding_aes_key": testKey, "app_secret": testEnv()["T_SECRET"], "previous token": "oldkestrel2025",
		"previous encoding_aes_key": "b2xkLWZveGVzLXJ1bi1vdmVyLXRoZS1oaWxsLWF0LWQ", "api key": "K3Y-of-the-owners-other-systems",
		"service key": "tea/for+two=4715 ok", "other service key": "other-SERVICE-key-4716",
		"literal token": "literalTOKEN4711", "literal secret": "literalSECRET4712", "torn secret": "tornSECRET4713", "literal api key": "literalKEY4714",
	}}
	platform := sim.New(sim.Options{})
	t.Cleanup(platform.Close)
	account := sim.Account{
		Name: "shop", AppID: testAppID, Secret: y.given["app_secret"], OriginalID: testGh, Verified: true,
		Mode: wechat.Safe, Token: testToken, EncodingAESKey: testKey,
	}
	require.NoError(t, platform.AddAccount(account))
	api := httptest.NewServer(y.watch(platform.Handler()))
	t.Cleanup(api.Close)

	scripts, data, kept := t.TempDir(), t.TempDir(), t.TempDir()
	echo := newEcho(t)
	write(t, kept, map[string]string{"shop/key": y.given["service key"], "other/key": y.given["other service key"]})
	write(t, scripts, map[string]string{
		"shop/main.lua": secretive,
		"shop/account.yaml": accountYAML("safe", "original_id: "+testGh+"\nexpose_token: true\napi_keys: [ \"${env:T_KEY}\" ]\n"+
			"previous: { token: \"${env:T_OLD}\", encoding_aes_key: \"${env:T_OLD_AES}\" }\n"+
			"http: { echo: { base: \"http://"+echo+"\", headers: { Authorization: \"Bearer ${file:key}\" } } }\n"),
		"foreign/main.lua":     "on.text('x')",
		"foreign/account.yaml": accountYAML("safe", "http: { echo: { base: \"http://"+echo+"\", headers: { Authorization: \"${file:"+filepath.Join(kept, "other", "key")+"}\" } } }\n"),
		"lit/main.lua":         "on.text('x')",
		"lit/account.yaml":     "app_id: wx2\nmode: plain\ntoken: literalTOKEN4711\napp_secret: literalSECRET4712\napi_keys: [ literalKEY4714 ]\n",
		"torn/main.lua":        "on.text('x')",
		"torn/account.yaml":    "app_id: wx3\nmode: plain\napp_secret: \"tornSECRET4713\ntoken: ${env:T_TOKEN}\n",
		"odd/main.lua":         "on.text('x')",
		"odd/account.yaml":     "app_id: wx4\nmode: plain\ntoken: ${env:T_TOKEN}\napp_secrt: literalSECRET4712\n",
		"operator.yaml":        "log: { level: debug, format: json, log_messages: true }\nsecrets: { dir: \"" + kept + "/{account}\" }\nprivate_http: { shop: [ \"" + echo + "\" ] }\n",
	})
	env := testEnv()
	env["T_OLD"], env["T_OLD_AES"], env["T_KEY"] = y.given["previous token"], y.given["previous encoding_aes_key"], y.given["api key"]
	p, callback := startServe(t, env, scripts, data, "--api-base", api.URL, "--config", filepath.Join(scripts, "operator.yaml"))
	var serving struct{ Admin string }
	require.NoError(t, json.Unmarshal([]byte(p.lines.await(t, 0, "where it serves", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })), &serving))
	p.lines.await(t, 0, "that the menu is pushed", func(l string) bool { return strings.Contains(l, "menu pushed") })
	account.CallbackURL = "http://" + callback + "/wx/shop"
	require.NoError(t, platform.SetAccount(account))

	w := &witness{t: t, y: y, platform: platform, public: "http://" + callback, admin: "http://" + serving.Admin}
	w.messages()
	w.outside()
	require.Contains(t, p.lines.await(t, 0, "that the other account is refused", func(l string) bool {
		return strings.Contains(l, "not served") && strings.Contains(l, `"foreign"`)
	}), "this account may only name files in")
	w.interfaces()
	w.failures()
	write(t, scripts, map[string]string{"shop/main.lua": secretive + "\non.text(" + testToken[:4]})
	p.lines.await(t, 0, "that the save is refused", func(l string) bool { return strings.Contains(l, "save refused") && strings.Contains(l, `"shop"`) })
	require.Zero(t, p.end(), p.lines.text())

	y.spare(t, "the program's output", p.lines.text())
	require.Contains(t, p.lines.text(), `"said":"hello"`, "the log was as open as it can be")
	require.Contains(t, p.lines.text(), "[redacted]")
	w.storeFile(filepath.Join(data, "moonwire.db"))
}

// witness looks at every answer of the program.
type witness struct {
	t             *testing.T
	y             *treasury
	platform      *sim.Platform
	public, admin string
}

// says lets a fan write and returns what the phone shows.
func (w *witness) says(text string) string {
	w.t.Helper()
	d := w.platform.Push(context.Background(), "shop", "amy", sim.Text(text))
	require.NoError(w.t, d.Err)
	for _, a := range d.Attempts {
		w.y.spare(w.t, "the answer to "+text, a.Answer+a.Opened)
	}
	if d.Reply == nil {
		return d.Notice
	}
	return d.Reply.String()
}

func (w *witness) messages() {
	w.t.Helper()
	require.Equal(w.t, "you said hello", w.says("hello"))
	require.Equal(w.t, "157 characters", w.says("token"))
	for _, text := range []string{"log", "raise", "index", "reply", "settings", "sign"} {
		w.says(text)
	}
	said := w.says("paths")
	require.Contains(w.t, said, "api.call")
	require.Contains(w.t, said, "called", "a token where an openid belongs is the platform's to refuse")
	w.says(w.y.given["token"][:5])
}

// newEcho is a server that gives back what it was sent, wherever an answer has room for it.
func newEcho(t *testing.T) (host string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole := r.Header.Get("Authorization")
		key := strings.TrimPrefix(whole, "Bearer ")
		conn, out, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		switch r.URL.Path {
		case "/on":
			fmt.Fprintf(out, "HTTP/1.1 302 %s\r\nLocation: http://%s.example/%s\r\nContent-Length: 0\r\n\r\n", key, hex.EncodeToString([]byte(key)), url.PathEscape(key))
		case "/torn":
			fmt.Fprintf(out, "HTTP/1.1 %s\r\n", key)
		case "/slow":
			fmt.Fprintf(out, "HTTP/1.1 200 %s\r\nContent-Length: 9999\r\n\r\n%s", key, key)
			_ = out.Flush()
			_, _ = conn.Read(make([]byte, 1))
		default:
			body := strings.Join([]string{
				"seen", key, whole, url.QueryEscape(key), url.PathEscape(key), base64.StdEncoding.EncodeToString([]byte(key)), base64.URLEncoding.EncodeToString([]byte(whole)),
				base64.StdEncoding.EncodeToString([]byte("x:" + key)), hex.EncodeToString([]byte(key)), fmt.Sprintf("%q", key),
			}, "\n")
			fmt.Fprintf(out, "HTTP/1.1 200 %s\r\nX-Echo: %s\r\nX-%s: 1\r\nSet-Cookie: k=%s\r\nContent-Length: %d\r\n\r\n%s",
				key, whole, hex.EncodeToString([]byte(key)), url.QueryEscape(key), len(body), body)
		}
		_ = out.Flush()
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// outside lets a service give its key back.
func (w *witness) outside() {
	w.t.Helper()
	said := w.says("outside")
	require.Contains(w.t, said, "seen")
	require.Contains(w.t, said, "[redacted]")
	require.Contains(w.t, said, "redirect")
	require.Contains(w.t, said, "protocol")
	require.Contains(w.t, said, "timeout")
	require.Contains(w.t, said, "is the service's own; account.yaml sets it")
	w.says("boom")
}

// failures lets the platform repeat secrets in its errors, end tokens, refuse new ones and fall silent.
func (w *witness) failures() {
	w.t.Helper()
	token := w.y.last(w.t)
	secret := w.y.given["app_secret"]
	for _, f := range []sim.Fault{
		{Path: "/cgi-bin/user/info", ErrCode: 40035, ErrMsg: "bad https://api.weixin.qq.com/cgi-bin/user/info?access_token=" + token + "&openid=x"},
		{Path: "/cgi-bin/user/info", ErrCode: 40001, ErrMsg: "invalid credential " + token, Times: 1},
		{Path: "/cgi-bin/user/info", Garbage: true},
		{Path: "/cgi-bin/user/info", Status: 302},
		{Path: "/cgi-bin/user/info", Status: 404},
		{Path: "/cgi-bin/stable_token", ErrCode: 40125, ErrMsg: "invalid appsecret " + secret},
		{Path: "/cgi-bin/stable_token", ErrCode: 40164, ErrMsg: "invalid ip 203.0.113.9, not in whitelist, secret=" + secret},
		{Path: "/cgi-bin/stable_token", Garbage: true},
	} {
		id := w.platform.AddFault(f)
		if !strings.Contains(f.Path, "stable_token") {
			w.says("user")
		} else {
			require.NoError(w.t, w.platform.ExpireTokens("shop"))
			require.Eventually(w.t, func() bool { // after a failure the program rests before it asks for a token again
				return strings.HasPrefix(w.says("user"), fmt.Sprint(orBusy(f.ErrCode)))
			}, patience, 50e6)
		}
		w.platform.RemoveFault(id)
	}
}

// orBusy is the errcode that scripts see of an answer that has none.
func orBusy(errcode int) int {
	if errcode == 0 {
		return -1
	}
	return errcode
}

// interfaces knocks at every door with the right key, wrong ones and none.
func (w *witness) interfaces() {
	w.t.Helper()
	key := w.y.given["api key"]
	for _, body := range []struct{ method, body string }{
		{"messages/list", `{}`},
		{"users/info", `{"openid":"oNOBODY"}`},
		{"users/info", `{"openid":1}`},
		{"call", `{"path":"/cgi-bin/user/get"}`},
		{"call", `{"path":"@evil.example/x"}`},
		{"call", `{"path":"/cgi-bin/token","query":{"secret":"x"}}`},
		{"call", `{"path":"/cgi-bin/user/get","query":{"access_token":"x"}}`},
		{"menus/list", `{}`},
		{"templates/send", `{"touser":"o","template_id":"t","data":{}}`},
		{"nothing", `{}`},
		{"users/info", `{"openid":`},
	} {
		for _, auth := range []string{"Bearer " + key, "Bearer " + key[1:], "Bearer", "Basic " + key, ""} {
			answer := w.ask(http.MethodPost, w.public+"/api/v1/shop/"+body.method, auth, body.body)
			w.y.spare(w.t, body.method+" with "+auth, answer)
		}
	}
	token := w.ask(http.MethodPost, w.public+"/api/v1/shop/access_token", "Bearer "+key, `{}`)
	require.Equal(w.t, 1, len(w.y.find(token, true)), "the one answer that holds a token: %s", token)
	w.y.spare(w.t, "access_token without the key", w.ask(http.MethodPost, w.public+"/api/v1/shop/access_token", "Bearer x", `{}`))
	for _, path := range []string{
		"/", "/healthz", "/readyz", "/metrics", "/console/api/accounts", "/api/v1/", "/api/v1/openapi.json", "/api/v1/shop/openapi.json", "/debug/pprof/cmdline", "/debug/vars", "/dev/chat",
		"/wx/shop", "/wx/shop?signature=x&timestamp=1&nonce=2&echostr=e", "/wx/nobody?echostr=" + key, "/account.yaml", "/shop/account.yaml",
	} {
		for _, door := range []string{w.public, w.admin} {
			w.y.spare(w.t, path, strings.ReplaceAll(w.ask(http.MethodGet, door+path, "", ""), key, ""))
		}
	}
	w.y.spare(w.t, "a push with a wrong signature", w.ask(http.MethodPost, w.public+"/wx/shop?signature=x&timestamp=1&nonce=2&msg_signature=y&encrypt_type=aes", "", "<xml><Encrypt>AAAA</Encrypt></xml>"))
}

func (w *witness) ask(method, address, auth, body string) string {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	require.NoError(w.t, err)
	if auth != "" {
		req.Header.Set("Authorization", auth)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	return fmt.Sprint(res.Status, res.Header, string(answer))
}
