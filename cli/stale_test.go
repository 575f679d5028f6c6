package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An operator who starts the program over a folder that somebody has broken: the last good build serves, and the log,
// /readyz and the metrics say so in one word.
func TestABrokenFolderAtTheStartServesTheLastGoodBuild(t *testing.T) {
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"shop/account.yaml": accountYAML("safe", ""), "shop/main.lua": `on.text("hi", "good")`, "lost/main.lua": "on.text("})
	p, callback := startServe(t, testEnv(), scripts, data)
	phone := newPhone("http://"+callback+"/wx/shop", true)
	answer, err := phone.send(phone.push(anna, "hi"))
	require.NoError(t, err)
	require.Equal(t, "good", answer)
	require.Zero(t, p.end())

	write(t, scripts, map[string]string{"shop/main.lua": "on.text("})
	p, callback = startServe(t, testEnv(), scripts, data)
	line := p.lines.await(t, 0, "where it serves", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })
	var serving struct{ Admin string }
	require.NoError(t, json.Unmarshal([]byte(line), &serving))
	line = p.lines.await(t, 0, "which build serves", func(l string) bool { return strings.Contains(l, "the last good build serves") })
	require.Contains(t, line, `"state":"stale"`)
	require.Contains(t, line, "main.lua:1")
	phone = newPhone("http://"+callback+"/wx/shop", true)
	answer, err = phone.send(phone.push(anna, "hi"))
	require.NoError(t, err)
	require.Equal(t, "good", answer)
	page := func(path string) string {
		res, err := http.Get("http://" + serving.Admin + path)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return string(body)
	}
	require.Regexp(t, `(?m)^ready\nlost: refused: .*\nshop: stale: build [0-9a-f]{8} serves: .*main\.lua:1`, page("/readyz"))
	for _, line := range []string{
		`moonwire_accounts{state="stale"} 1`, `moonwire_accounts{state="refused"} 1`, `moonwire_accounts{state="serving"} 0`,
		`moonwire_accounts{state="gone"} 0`, `moonwire_accounts{state="rolled_back"} 0`, "moonwire_accounts_serving 1",
	} {
		require.Contains(t, page("/metrics"), line)
	}
}
