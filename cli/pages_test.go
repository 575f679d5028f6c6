package cli_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// In dev, the picture of a QR code and the page that asks for authorization lie at the stand-in, and open.
func TestPagesOpenInDev(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{"shop/main.lua": `
on.text("picture", function() return qrcode.create{ scene = "desk-7", expire_seconds = 3600 }.showqrcode end)
on.text("login", function() return oauth.url{ redirect_uri = "http://127.0.0.1:9/back", state = "s1" } end)
on.match("^code (\\S+)$", function(msg, code) return tostring(oauth.user(code).openid == msg.openid) end)
`})
	p, addr := startDev(t, scripts)
	awaitLive(t, p, "shop")
	says := func(words ...string) string {
		code, out, errs := run(t, "", append([]string{"send", "--addr", addr, "--", "shop", "text"}, words...)...) // a code may begin with -
		require.Zero(t, code, errs)
		return strings.TrimPrefix(strings.TrimSpace(out), "bot: ")
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(address string) (*http.Response, []byte) {
		res, err := stay.Get(address)
		require.NoError(t, err)
		defer func() { require.NoError(t, res.Body.Close()) }()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res, body
	}

	res, body := get(says("picture"))
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "image/jpeg", http.DetectContentType(body))

	login := says("login")
	res, body = get(login)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, string(body), "amy")
	address, err := url.Parse(login)
	require.NoError(t, err)
	res, _ = get("http://" + address.Host + address.Path + "?" + address.RawQuery + "&fan=amy")
	require.Equal(t, http.StatusFound, res.StatusCode)
	back, err := res.Location()
	require.NoError(t, err)
	require.Equal(t, "s1", back.Query().Get("state"))
	require.Equal(t, "true", says("code", back.Query().Get("code")))
}

// Beside a proxy to WeChat's API the pages are where moonwire.yaml says; what is no address ends serve at once.
func TestPagesBesideAProxy(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"shop/main.lua":     `on.text(function() return oauth.url{ redirect_uri = "https://e.test/back" } end)`,
		"shop/account.yaml": accountYAML("plain", ""),
	})
	env := testEnv()
	for base, want := range map[string]string{"": "http://127.0.0.1:9/connect/oauth2/authorize?", "https://open.weixin.qq.com": "https://open.weixin.qq.com/connect/oauth2/authorize?"} {
		env["MOONWIRE_OPEN_BASE"] = base
		p, addr := startServe(t, env, scripts, t.TempDir())
		p.lines.await(t, 0, "the account is live", func(l string) bool { return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "live") })
		said, err := newPhone("http://"+addr+"/wx/shop", false).say("oAMY", "login")
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(said, want), said)
		require.Zero(t, p.end())
	}

	bad := start(t, map[string]string{"MOONWIRE_MP_BASE": "mp.weixin.qq.com"}, "serve", "--scripts", scripts, "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0")
	bad.lines.await(t, 0, "what is wrong", func(l string) bool { return strings.Contains(l, "MP_BASE") })
	require.Equal(t, cli.ExitConfig, bad.end())
	require.Contains(t, bad.lines.text(), `MOONWIRE_MP_BASE: "mp.weixin.qq.com" is no web address`)
}
