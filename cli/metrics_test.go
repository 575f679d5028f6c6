package cli_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
)

// The operator's page of numbers tells who was stopped, by which limit, and how the accounts do.
func TestMetricsTellWhoWasStopped(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"greedy/main.lua":     "on.text(function() while true do end end)",
		"greedy/account.yaml": "app_id: wx000000000000aaaa\nkind: service\nmode: safe\nlimits: { instructions: 10000 }\n",
		"good/main.lua":       "on.text('hello')",
		"broken/main.lua":     "on.text(",
	})
	p, addr := startDev(t, scripts)
	for _, live := range []string{"good  build ", "greedy  build "} {
		p.lines.await(t, 0, live, func(l string) bool { return strings.Contains(l, live) && strings.Contains(l, " is live") })
	}
	f := fanOf{t, chat.Client{Base: "http://" + addr}, "greedy", "amy"}
	for range 4 {
		f.says("hello")
	}
	page := func() string {
		res, err := http.Get("http://" + addr + "/metrics")
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return string(body)
	}
	require.Eventually(t, func() bool { return strings.Contains(page(), `outcome="paused"} 1`) }, patience, 10*time.Millisecond)
	for _, line := range []string{
		`moonwire_messages_total{account="greedy",outcome="failed"} 3`, `moonwire_stopped_total{account="greedy",limit="instructions"} 3`,
		"moonwire_accounts_serving 2", "moonwire_accounts_broken 1", "moonwire_accounts_paused 1",
		"moonwire_records_dropped 0", "moonwire_records_waiting_bytes ", "moonwire_store_errors 0", "moonwire_record_errors 0",
	} {
		require.Contains(t, page(), line)
	}
}
