package cli_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStandInsAreForThisMachine: dev's platform and one alone on loopback answer no page of another name or origin.
func TestStandInsAreForThisMachine(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{"demo/main.lua": `on.text(function(msg) return msg.content end)`})
	dev, _ := startDev(t, scripts)
	alone := start(t, nil, "platform", "--addr", "127.0.0.1:0")
	for name, line := range map[string]string{
		"dev":      dev.lines.await(t, 0, "its platform", func(l string) bool { return strings.HasPrefix(l, "stand-in WeChat on ") }),
		"platform": alone.lines.await(t, 0, "its address", func(l string) bool { return strings.HasPrefix(l, "stand-in WeChat on ") }),
	} {
		base := strings.Fields(strings.TrimPrefix(line, "stand-in WeChat on "))[0]
		for _, c := range []struct {
			method, host, origin string
			want                 int
		}{
			{http.MethodGet, "", "", http.StatusOK},
			{http.MethodGet, "evil.example", "", http.StatusForbidden},
			{http.MethodDelete, "evil.example", "http://evil.example", http.StatusForbidden},
			{http.MethodDelete, "", "https://evil.example", http.StatusForbidden},
			{http.MethodDelete, "", "", http.StatusOK},
		} {
			req, err := http.NewRequestWithContext(t.Context(), c.method, base+"/platform/faults", nil)
			require.NoError(t, err)
			req.Host = c.host
			if c.origin != "" {
				req.Header.Set("Origin", c.origin)
			}
			res, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Equal(t, c.want, res.StatusCode, "%s %+v", name, c)
		}
	}
}

// TestTheAdminAddressIsForKnownNames: serve's admin address on loopback answers to its own name and to those of the file.
func TestTheAdminAddressIsForKnownNames(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"operator.yaml": "admin_hosts: [metrics.test]\n"})
	p, _ := startServe(t, nil, t.TempDir(), t.TempDir(), "--config", filepath.Join(dir, "operator.yaml"), "--admin-addr", "localhost:0")
	var serving struct{ Admin string }
	require.NoError(t, json.Unmarshal([]byte(p.lines.await(t, 0, "where it serves", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })), &serving))
	for host, want := range map[string]int{"": 200, "localhost:8420": 200, "metrics.test": 200, "evil.example": 403} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+serving.Admin+"/metrics", nil)
		require.NoError(t, err)
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.StatusCode, host)
	}
}
