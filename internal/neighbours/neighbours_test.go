package neighbours_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
	"moonwire/wechat/sim"
)

const (
	appID  = "wx00000000000000aa"
	secret = "5ec2e7aa5ec2e7aa5ec2e7aa5ec2e7aa"
	token  = "kestrel2026"
	aesKey = "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0"
)

// installed makes sure that the packages of package-lock.json are there. Without npm, or without its
// registry, the tests are skipped; CI has both and takes a skip for a failure.
func installed(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("not in short mode")
	}
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	if _, err := os.Stat("node_modules/wechat-api/package.json"); err == nil {
		return
	}
	if out, err := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts").CombinedOutput(); err != nil {
		t.Skipf("npm ci: %v\n%s", err, out)
	}
}

// startPlatform runs `moonwire platform` and returns its address.
func startPlatform(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- cli.Run(ctx, cli.Process{Args: []string{"platform", "--addr", "127.0.0.1:0"}, Stdout: write, Stderr: io.Discard})
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, read) }()
	t.Cleanup(func() {
		stop()
		require.Equal(t, 0, <-done)
		_ = write.Close()
	})
	_, addr, ok := strings.Cut(strings.TrimSpace(line), "http://")
	require.True(t, ok, line)
	return "http://" + addr
}

// steer makes one request of the stand-in's control interface.
func steer(t *testing.T, method, url string, body, into any) {
	t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(t, err)
	req, err := http.NewRequest(method, url, bytes.NewReader(encoded))
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode, "%s", answer)
	require.NoError(t, json.Unmarshal(answer, into))
}

func account(more map[string]any) map[string]any {
	body := map[string]any{
		"app_id": appID, "app_secret": secret, "token": token, "encoding_aes_key": aesKey, "kind": "service", "verified": true, "mode": "plain",
		"templates": []map[string]string{{
			"template_id": "TPL_ORDER_PAID", "title": "订单支付成功", "content": "商品:{{thing1.DATA}}\n金额:{{amount2.DATA}}",
		}},
	}
	for k, v := range more {
		body[k] = v
	}
	return body
}

func TestPublishedClientsTalkToThePlatform(t *testing.T) {
	installed(t)
	base := startPlatform(t)
	var got map[string]any
	steer(t, http.MethodPut, base+"/platform/accounts/shop", account(nil), &got)
	for _, act := range []string{"subscribe", "text"} {
		body := map[string]any{"kind": act}
		if act == "text" {
			body["args"] = []string{"hello"} // opens the window for customer-service messages
		}
		steer(t, http.MethodPost, base+"/platform/accounts/shop/fans/amy/acts", body, &got)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "node", "clients.js", base, appID, secret, sim.FanOpenID(appID, "amy")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "all calls made")
	t.Logf("%s", out)
}

func TestPublishedServersAnswerThePlatform(t *testing.T) {
	installed(t)
	base := startPlatform(t)
	for name, port := range startServers(t) {
		for _, mode := range []string{"plain", "safe"} {
			t.Run(name+" "+mode, func(t *testing.T) {
				var got map[string]any
				steer(t, http.MethodPut, base+"/platform/accounts/shop", account(map[string]any{
					"mode": mode, "callback_url": fmt.Sprintf("http://127.0.0.1:%s/wx", port),
				}), &got)
				steer(t, http.MethodPost, base+"/platform/accounts/shop/verify", nil, &got)
				for _, tc := range []struct {
					kind, want string
					args       []string
				}{
					{"text", "你好 & <b>😀</b> ]]", []string{"你好 & <b>😀</b> ]]"}},
					{"click", "event CLICK", []string{"TODAY"}},
					{"subscribe", "event subscribe", []string{"desk-7"}},
					{"image", "image media-1", []string{"media-1"}},
				} {
					var d sim.Delivery
					steer(t, http.MethodPost, base+"/platform/accounts/shop/fans/bob/acts", map[string]any{"kind": tc.kind, "args": tc.args}, &d)
					require.NotNil(t, d.Reply, "%+v", d)
					require.Equal(t, tc.want, d.Reply.Text)
					require.Empty(t, d.Notice)
				}
			})
		}
	}
}

// startServers starts the echo bots and returns their ports by name.
func startServers(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.Command("node", "servers.js", token, appID, aesKey)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the servers said: %s", errs.String())
		}
	})
	ports := map[string]string{}
	scan := bufio.NewScanner(out)
	for len(ports) < 2 && scan.Scan() {
		name, port, _ := strings.Cut(scan.Text(), " ")
		ports[name] = port
	}
	require.Len(t, ports, 2, "%s", errs.String())
	return ports
}
