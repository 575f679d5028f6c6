package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/cli"
)

// TestScriptsCallOtherServers in dev: what the operator opened, and nothing else on this machine.
func TestScriptsCallOtherServers(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"path":%q}`, r.URL.Path) }))
	t.Cleanup(shop.Close)
	host := strings.TrimPrefix(shop.URL, "http://")
	dir := t.TempDir()
	script := func(at string) string {
		return `on.text(function(msg) local r, err = http.get("` + at + `" .. msg.content) return r and r.json().path or err.kind .. ": " .. err.message end)`
	}
	write(t, dir, map[string]string{
		"s/open/main.lua": script("http://" + host), "s/open/account.yaml": `allow_http: [ "http://` + host + `" ]`,
		"s/shut/main.lua": script("http://" + host), "s/shut/account.yaml": `allow_http: [ "http://` + host + `" ]`,
		"moonwire.yaml": "private_http: { open: [ \"" + host + "\", \"erp.internal:80\" ] }",
	})
	p, addr := startDev(t, filepath.Join(dir, "s"), "--config", filepath.Join(dir, "moonwire.yaml"))
	for _, name := range []string{"open", "shut"} {
		p.lines.await(t, 0, "that the account is live", func(l string) bool { return strings.Contains(l, "✓ "+name) })
	}
	require.Contains(t, p.lines.text(), "scripts of open may call programs on this machine: "+host+" (private_http in moonwire.yaml)")
	require.NotContains(t, p.lines.text(), "scripts of shut")
	amy := fanOf{t: t, client: chat.Client{Base: "http://" + addr}, account: "open", name: "amy"}
	require.Equal(t, "/tea", amy.does("text", "/tea").Reply.Text)
	amy.account = "shut"
	require.Equal(t, "private: 127.0.0.1 is this machine itself", amy.does("text", "/tea").Reply.Text)
}

// TestScriptsDoNotCallTheProgramItself, although somebody opens its ports.
func TestScriptsDoNotCallTheProgramItself(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "moonwire.yaml")
	ports := freePorts(t, 2)
	write(t, dir, map[string]string{"moonwire.yaml": fmt.Sprintf("private_http: { \"*\": [ \"127.0.0.1:%d\", \"127.0.0.1:%d\" ] }", ports[0], ports[1])})
	write(t, dir, map[string]string{
		"s/shop/main.lua":     `on.text(function(msg) local r, err = http.get("http://127.0.0.1:" .. msg.content .. "/healthz") return r and r.body or err.kind .. ": " .. err.message end)`,
		"s/shop/account.yaml": fmt.Sprintf("allow_http: [ \"http://127.0.0.1:%d\", \"http://127.0.0.1:%d\" ]", ports[0], ports[1]),
	})
	p := start(t, nil, "dev", "--scripts", filepath.Join(dir, "s"), "--data", t.TempDir(), "--config", config,
		"--addr", fmt.Sprint("127.0.0.1:", ports[0]), "--platform-addr", fmt.Sprint("127.0.0.1:", ports[1]))
	p.lines.await(t, 0, "that the account is live", func(l string) bool { return strings.Contains(l, "✓ shop") })
	amy := fanOf{t: t, client: chat.Client{Base: fmt.Sprint("http://127.0.0.1:", ports[0])}, account: "shop", name: "amy"}
	for _, port := range ports {
		require.Equal(t, "private: 127.0.0.1 is where Moonwire itself listens", amy.does("text", fmt.Sprint(port)).Reply.Text)
	}
}

// freePorts are ports at which nobody listens now.
func freePorts(t *testing.T, n int) (ports []int) {
	t.Helper()
	for range n {
		s := httptest.NewServer(nil)
		var port int
		_, err := fmt.Sscanf(s.URL, "http://127.0.0.1:%d", &port)
		require.NoError(t, err)
		s.Close()
		ports = append(ports, port)
	}
	return ports
}

// TestCheckKnowsAddresses of account.yaml.
func TestCheckKnowsAddresses(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua":     "on.text(function() http.get('https://api.example.com/x') http.get('https://other.example.com/x') end)",
		"shop/account.yaml": "allow_http: [ api.example.com ]",
	})
	code, out, _ := run(t, "", "check", dir)
	require.Equal(t, cli.ExitOK, code)
	require.Contains(t, out, "! shop  main.lua:1  http.get: other.example.com is not among the hosts that this account may call")
	require.NotContains(t, out, "http.get: api.example.com")
}
