package cli_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
)

// TestDevSaysWhatBecameOfTheMenu declares a menu, taps on it, and lets WeChat refuse the next one.
func TestDevSaysWhatBecameOfTheMenu(t *testing.T) {
	const script = `menu{ button("NAME", { click = "tapped NAME" }) }
on.fallback(function(msg) return "stale " .. (msg.event_key or "") end)`
	scripts := t.TempDir()
	write(t, scripts, map[string]string{"shop/main.lua": strings.ReplaceAll(script, "NAME", "one")})
	p, addr := startDev(t, scripts)
	p.lines.await(t, 0, "that the menu is pushed", func(l string) bool { return strings.Contains(l, "✓ shop  menu pushed") })
	amy := fanOf{t: t, client: chat.Client{Base: "http://" + addr}, account: "shop", name: "amy"}
	require.Equal(t, "tapped one", amy.does("tap", "one").Reply.Text)

	_, rest, _ := strings.Cut(p.lines.text(), "stand-in WeChat on ")
	platform := strings.Fields(rest)[0]
	fault := func(method, body string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, platform+"/platform/faults", strings.NewReader(body))
		require.NoError(t, err)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusOK, res.StatusCode)
	}
	fault(http.MethodPost, `{"path":"menu/create","errcode":40164,"errmsg":"invalid ip 203.0.113.9, not in whitelist"}`)
	n := p.lines.count()
	write(t, scripts, map[string]string{"shop/main.lua": strings.ReplaceAll(script, "NAME", "two")})
	line := p.lines.await(t, n, "why the menu is not pushed", func(l string) bool { return strings.Contains(l, "menu is not pushed") })
	require.Contains(t, line, "menu/create: 40164: ")
	require.Contains(t, line, "add 203.0.113.9", "the cure")
	require.Contains(t, line, "tried again at the next save or start")
	bob := amy
	bob.name = "bob"
	require.Equal(t, "stale mw:one", bob.does("click", "mw:one").Reply.Text, "the new build answers all the same")

	fault(http.MethodDelete, "")
	n = p.lines.count()
	write(t, scripts, map[string]string{"shop/main.lua": strings.ReplaceAll(script, "NAME", "two") + "\n-- saved again"})
	p.lines.await(t, n, "that the menu is pushed", func(l string) bool { return strings.Contains(l, "✓ shop  menu pushed") })
	require.Equal(t, "tapped two", amy.does("tap", "two").Reply.Text)
}
