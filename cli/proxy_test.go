package cli_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/wechat"
)

// proxy is one that the operator's guide shows a configuration for.
type proxy struct {
	name string
	// file makes a whole configuration of the guide's piece, which listens on a socket in dir.
	file func(piece, dir string) string
	args func(file, dir string) []string
	kept func(piece string) string // the same piece with the slip that keeps the prefix
}

func proxies() []proxy {
	return []proxy{
		{
			name: "nginx",
			file: func(piece, dir string) string {
				return fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
	server {
		listen unix:%[1]s/http;
%[2]s
	}
}`, dir, piece)
			},
			args: func(file, dir string) []string { return []string{"-p", dir, "-c", file} },
			kept: func(piece string) string { return strings.Replace(piece, "/; }", "; }", 1) },
		},
		{
			name: "caddy",
			file: func(piece, dir string) string {
				piece = strings.Replace(piece, "your.host {", "http://your.host {\n\tbind unix/"+dir+"/http", 1)
				return "{\n\tadmin off\n\tauto_https off\n}\n" + piece
			},
			args: func(file, _ string) []string {
				return []string{"run", "--adapter", "caddyfile", "--config", file}
			},
			kept: func(piece string) string { return strings.Replace(piece, "handle_path /", "handle /", 1) },
		},
	}
}

// binary finds the program, also where only root has it on the path.
func (p proxy) binary(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath(p.name); err == nil {
		return path
	}
	path, err := exec.LookPath("/usr/sbin/" + p.name)
	if err != nil {
		t.Skipf("%s is not installed: what docs/operate.md says of it is not tried (apt-get install %s)", p.name, p.name)
	}
	return path
}

// start runs the proxy with a piece of the guide and returns a client whose every request goes to it.
func (p proxy) start(t *testing.T, piece string) *http.Client {
	t.Helper()
	dir, err := os.MkdirTemp("", "proxy") // a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	file := filepath.Join(dir, "conf")
	require.NoError(t, os.WriteFile(file, []byte(p.file(piece, dir)), 0o600))
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, p.binary(t), p.args(file, dir)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // else nginx leaves its workers behind
	cmd.WaitDelay = patience
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, "http"))
	}
	require.Eventually(t, func() bool {
		select {
		case <-ended:
			return true
		default:
		}
		conn, err := dial(ctx, "", "")
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, patience, 10*time.Millisecond)
	select {
	case <-ended:
		require.FailNow(t, "the proxy ended", said.String())
	default:
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
}

// piece is what a guide shows for a proxy, with the address of the running program.
func (p proxy) piece(t *testing.T, page, callback string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "docs", page))
	require.NoError(t, err)
	m := regexp.MustCompile("(?s)```"+p.name+"\n(.*?)```").FindAllSubmatch(body, -1)
	require.Len(t, m, 1, "%s shows one piece for %s", page, p.name)
	piece := strings.ReplaceAll(string(m[0][1]), "127.0.0.1:8080", callback)
	require.Contains(t, piece, callback)
	return piece
}

// TestProxiesOfTheGuide puts the program behind nginx and Caddy as the operator's guide says, with and without a prefix.
func TestProxiesOfTheGuide(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\napi_keys: [ \"${env:KEY}\" ]\nhooks: { paid: { secret: \"${env:KEY}\", algorithm: hmac-sha256 } }\n",
		"shop/main.lua":     `on.text(function(msg) return "you said " .. msg.content end) on.hook("paid", function(hook) return "paid " .. hook.raw end)`,
	})
	for _, p := range proxies() {
		for _, page := range []string{"operate.md", "operate.zh-CN.md"} {
			t.Run(p.name+" "+page, func(t *testing.T) {
				p.binary(t) // or skip
				server, callback := startServe(t, map[string]string{"TOKEN": "kestrel2026", "KEY": "kestrel-key-one-4711"}, scripts, t.TempDir())
				server.lines.await(t, 0, "that shop is live", func(l string) bool { return strings.Contains(l, `"build live"`) })
				piece := p.piece(t, page, callback)
				client := p.start(t, piece)
				for _, prefix := range []string{"", "/wechat"} {
					status, body := ask(t, client, http.MethodGet, prefix+"/wx/shop", "")
					require.Equal(t, http.StatusOK, status)
					require.Equal(t, "4375120948345356249", body)
					status, body = ask(t, client, http.MethodPost, prefix+"/wx/shop", "tea")
					require.Equal(t, http.StatusOK, status)
					require.Contains(t, body, "you said tea")
					status, body = ask(t, client, http.MethodPost, prefix+"/api/v1/shop/messages/list", "")
					require.Equal(t, http.StatusUnauthorized, status)
					require.Contains(t, body, "Bearer")
					status, body = pay(t, client, prefix+"/hook/shop/paid", "28")
					require.Equal(t, http.StatusOK, status)
					require.Equal(t, "paid 28", body)
				}
				kept := p.kept(piece)
				require.NotEqual(t, piece, kept)
				status, _ := ask(t, p.start(t, kept), http.MethodGet, "/wechat/wx/shop", "")
				require.Equal(t, http.StatusForbidden, status)
				server.lines.await(t, 0, "that the prefix was passed on", func(l string) bool {
					return strings.Contains(l, `"path":"/wechat/wx/shop"`) && strings.Contains(l, `"nearest":"/wx/shop"`) && strings.Contains(l, "strip")
				})
			})
		}
	}
}

// ask sends what WeChat would: its check, or a text.
func ask(t *testing.T, client *http.Client, method, path, text string) (int, string) {
	t.Helper()
	at := strconv.FormatInt(time.Now().Unix(), 10)
	id := time.Now().UnixNano()
	body := fmt.Sprintf(`<xml><ToUserName>gh_1</ToUserName><FromUserName>oAmy</FromUserName><CreateTime>%s</CreateTime><MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId></xml>`, at, text, id)
	req, err := http.NewRequestWithContext(t.Context(), method, "http://your.host"+path+"?echostr=4375120948345356249&timestamp="+at+"&nonce=n&signature="+wechat.Sign("kestrel2026", at, "n"), strings.NewReader(body))
	require.NoError(t, err)
	return answerOf(t, client, req)
}

// pay calls a hook as a shop's payment would.
func pay(t *testing.T, client *http.Client, path, amount string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://your.host"+path, strings.NewReader(amount))
	require.NoError(t, err)
	req.Header.Set("X-Signature", account.Hook{Secret: "kestrel-key-one-4711", Algorithm: account.HookHMAC}.Proof([]byte(amount)))
	return answerOf(t, client, req)
}

func answerOf(t *testing.T, client *http.Client, req *http.Request) (int, string) {
	t.Helper()
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(answer)
}
