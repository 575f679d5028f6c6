package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/cli"
)

// steer asks the control interface of a stand-in; the answer must be 200.
func steer(t *testing.T, method, url, body string) (answer map[string]any) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode, "%s", text)
	require.NoError(t, json.Unmarshal(text, &answer))
	return answer
}

func startPlatform(t *testing.T, args ...string) (*program, string) {
	t.Helper()
	p := start(t, nil, append([]string{"platform", "--addr", "127.0.0.1:0"}, args...)...)
	line := p.lines.await(t, 0, "its address", func(l string) bool { return strings.HasPrefix(l, "stand-in WeChat on ") })
	return p, strings.TrimPrefix(line, "stand-in WeChat on ")
}

func TestPlatformKeepsItsStateInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wechat.json")
	p, base := startPlatform(t, "--state", file)
	steer(t, http.MethodPut, base+"/platform/accounts/shop", `{"app_id":"wx00000000000000aa","app_secret":"`+testEnv()["T_SECRET"]+`","token":"kestrel2026"}`)
	steer(t, http.MethodPost, base+"/platform/accounts/shop/fans/amy/acts", `{"kind":"subscribe"}`)
	require.Equal(t, cli.ExitOK, p.end())

	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds secrets")
	p, base = startPlatform(t, "--state", file)
	shop := steer(t, http.MethodGet, base+"/platform/accounts/shop", "")
	require.Equal(t, "wx00000000000000aa", shop["app_id"])
	require.NotContains(t, shop, "app_secret")
	fans := steer(t, http.MethodGet, base+"/platform/accounts/shop/fans", "")["fans"].([]any)
	require.Len(t, fans, 1)
	token := steer(t, http.MethodGet, base+"/cgi-bin/token?grant_type=client_credential&appid=wx00000000000000aa&secret="+testEnv()["T_SECRET"], "")
	require.NotEmpty(t, token["access_token"], "%v", token)
	require.Equal(t, cli.ExitOK, p.end())

	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	code, _, errs := run(t, "", "platform", "--addr", "127.0.0.1:0", "--state", file)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "move "+file+" away to begin anew")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "{", string(kept), "what cannot be read is not written over")

	code, _, errs = run(t, "", "platform", "--addr", "127.0.0.1:0", "--state", filepath.Join(t.TempDir(), "no", "such.json"))
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "what the stand-in WeChat has cannot be kept")
}

func TestDevKeepsItsFans(t *testing.T) {
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"demo/main.lua": `
on.text("tag", function(msg) tag.create("vip") return user.tag(msg.openid, "vip") and "ok" end)
on.text("tags", function(msg) return table.concat(user.tags(msg.openid), " ") end)`})
	says := func(text string, args ...string) string {
		p, addr := startDev(t, scripts, append([]string{"--data", data}, args...)...)
		defer func() { require.Equal(t, cli.ExitOK, p.end()) }()
		p.lines.await(t, 0, "demo is live", func(l string) bool { return strings.Contains(l, " is live") })
		told := fanOf{t, chat.Client{Base: "http://" + addr}, "demo", "amy"}.says(text)
		if told.Reply == nil {
			return ""
		}
		return told.Reply.Text
	}
	require.Equal(t, "ok", says("tag"))
	require.Equal(t, "vip", says("tags"))
	require.Empty(t, says("tags", "--fresh"))
}
