package cli_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestListeners: whoever reads the pushes, they are answered.
func TestListeners(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\n",
		"shop/main.lua":     `on.text(function(msg) return "you said " .. msg.content end)`,
	})
	for _, listener := range []string{"fast", "standard"} {
		t.Run(listener, func(t *testing.T) {
			server, callback := startServe(t, map[string]string{"TOKEN": "kestrel2026", "MOONWIRE_LISTENER": listener}, scripts, t.TempDir())
			server.lines.await(t, 0, "which listener serves", func(l string) bool { return strings.Contains(l, `"listener":"`+listener+`"`) })
			server.lines.await(t, 0, "that shop is live", func(l string) bool { return strings.Contains(l, `"build live"`) })
			client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "tcp", callback)
			}}}
			for _, text := range []string{"tea", "cake"} {
				status, body := ask(t, client, http.MethodPost, "/wx/shop", text)
				require.Equal(t, http.StatusOK, status)
				require.Contains(t, body, "you said "+text)
			}
			status, body := ask(t, client, http.MethodGet, "/wx/shop", "")
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, "4375120948345356249", body)
		})
	}
}

// TestTheFastListenerReadsPushes, and the standard one has no part in it.
func TestTheFastListenerReadsPushes(t *testing.T) {
	require.True(t, cli.ReadsPushes("fast"))
	require.False(t, cli.ReadsPushes("standard"))
}
