package cli_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shopOfServe is an account that serve takes, and that pushes a menu as soon as it is live.
var shopOfServe = map[string]string{
	"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}",
	"shop/main.lua":     "menu { button('今日', { click = function() return 'hi' end }) }",
}

// TestAWrongAPIBaseIsBlamed: nobody looks for a typing error in api_base when all that is said is that the platform
// does not answer.
func TestAWrongAPIBaseIsBlamed(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Unsupported method", http.StatusNotImplemented)
	}))
	t.Cleanup(web.Close)
	scripts := t.TempDir()
	write(t, scripts, shopOfServe)
	env := map[string]string{"TOKEN": "tokentoken", "SECRET": "s3cr3t"}
	for _, tt := range []struct {
		name, yaml string
		env        map[string]string
		args       []string
		want       string
	}{
		{"nobody listens", "api_base: http://127.0.0.1:9", nil, nil, "api_base is http://127.0.0.1:9 (set in "},
		{"a web server", "", map[string]string{"MOONWIRE_API_BASE": web.URL}, nil, "api_base is " + web.URL + " (set in MOONWIRE_API_BASE): is that right?"},
		{"a path", "", nil, []string{"--api-base", web.URL + "/cgi-bin"}, "api_base is " + web.URL + "/cgi-bin (set in --api-base): is that right?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // a call is tried for seconds before it is given up
			dir := t.TempDir()
			write(t, dir, map[string]string{"moonwire.yaml": tt.yaml})
			all := map[string]string{}
			for _, vars := range []map[string]string{env, tt.env} {
				for k, v := range vars {
					all[k] = v
				}
			}
			p := start(t, all, append([]string{
				"serve", "--config", filepath.Join(dir, "moonwire.yaml"), "--scripts", scripts, "--data", filepath.Join(dir, "data"),
				"--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0",
			}, tt.args...)...)
			for _, line := range []string{"token refresh failed", "menu not pushed"} {
				said := p.lines.await(t, 0, line, func(l string) bool { return strings.Contains(l, line) })
				require.Contains(t, said, tt.want)
			}
			p.end()
			require.NotContains(t, p.lines.text(), "cross the network unencrypted", "this machine")
			require.NotContains(t, p.lines.text(), "s3cr3t")
		})
	}
}

// TestSecretsThatLeaveTheMachineUnencryptedAreWarnedOf gives addresses with and without encryption.
func TestSecretsThatLeaveTheMachineUnencryptedAreWarnedOf(t *testing.T) {
	for base, warned := range map[string]bool{
		"http://api.weixin.qq.com": true, "http://10.0.0.9:8421": true, "https://10.0.0.9": false, "http://localhost:8421": false, "http://[::1]:8421": false,
	} {
		p, _ := startServe(t, nil, t.TempDir(), t.TempDir(), "--api-base", base)
		p.end()
		require.Equal(t, warned, strings.Contains(p.lines.text(), "cross the network unencrypted"), base)
	}
}
