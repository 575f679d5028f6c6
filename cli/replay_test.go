package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

const openingHours = `on.text("几点开门", function(msg)
  log.info("asked")
  return "九点，第 " .. store.incr("asked") .. " 次"
end)
on.subscribe("欢迎")
`

// A message is told of, and run again on what is on the disk, before that is saved into the folder that serves.
func TestTraceAndReplay(t *testing.T) {
	data, scripts := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"shop/main.lua": openingHours, "shop/account.yaml": accountYAML("plain", "")})
	p, addr := startServe(t, testEnv(), scripts, data)
	p.lines.await(t, 0, "the account is live", func(l string) bool { return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "live") })
	said, err := newPhone("http://"+addr+"/wx/shop", false).say("amy", "几点开门")
	require.NoError(t, err)
	require.Contains(t, said, "九点，第 1 次")
	p.lines.await(t, 0, "the turn is over", func(l string) bool { return strings.Contains(l, `"msg":"message"`) })
	ask := func(args ...string) (int, string, string) {
		return command(t, nil, "", append(args, "--data", data)...)
	}
	code, out, errs := ask("replay", "shop", "--json")
	require.Zero(t, code, errs)
	var all struct {
		Turns []struct{ Trace, Did, Result string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &all))
	require.Len(t, all.Turns, 1)
	require.Equal(t, "same", all.Turns[0].Result)
	trace := all.Turns[0].Trace

	for _, args := range [][]string{{"trace", trace}, {"trace", trace[5:], "--account", "shop"}} {
		code, out, errs = ask(args...)
		require.Zero(t, code, errs)
		for _, want := range []string{
			"fan saw   九点，第 1 次\n", `rule      main.lua:1 on.text("几点开门")`, "  ✓ main.lua:1 on.text(\"几点开门\"): answered\n", "  · main.lua:5 on.subscribe: is for another event\n",
			"  store.incr(asked) → 1, ", "  info main.lua:2 asked\n", "  FromUserName: amy\n",
		} {
			require.Contains(t, out, want)
		}
	}
	code, out, errs = ask("trace", trace, "--json")
	require.Zero(t, code, errs)
	require.Contains(t, out, `"why_zh": "管的是另一种事件"`)
	code, _, errs = ask("trace", "ZZZZZZ")
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "there is no message with that trace or msg_id")

	drafts := t.TempDir()
	write(t, drafts, map[string]string{"shop/main.lua": strings.Replace(openingHours, "九点", "八点", 1), "shop/account.yaml": accountYAML("plain", "")})
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"the live build", []string{"shop"}, 0, "1 run again: 1 the same, 0 differ, 0 fail, 0 cannot be run again\n"},
		{"a draft", []string{"shop", "--working-copy", "--scripts", drafts}, cli.ExitFailed, "≠ " + trace + "  "},
		{"what it says", []string{"shop", trace, "--working-copy", "--scripts", drafts}, cli.ExitFailed, "    - 九点，第 1 次\n    + 八点，第 1 次\n1 run again: 0 the same, 1 differ"},
		{"only what differs", []string{"shop", "--diff"}, 0, "1 run again: 1 the same"},
		{"too few", []string{"shop", "--limit", "0"}, cli.ExitUsage, "--limit 0: want a number from 1 to 500"},
		{"nothing so long ago", []string{"shop", "--since", "-1h"}, cli.ExitUsage, "--since -1h0m0s: want up to 366 days"},
		{"two at once", []string{"shop", "--working-copy", "--on", "3f9c12ab"}, cli.ExitUsage, "exclude each other"},
		{"no such build", []string{"shop", "--on", "3f9c12ab"}, cli.ExitRefused, "no such build"},
		{"no such turn", []string{"shop", "ZZZZZZ"}, cli.ExitRefused, "nothing is kept of how that turn went"},
		{"no such account", []string{"shap"}, cli.ExitRefused, "did you mean shop?"},
		{"no folder", []string{"shop", "--working-copy", "--scripts", filepath.Join(drafts, "none")}, cli.ExitConfig, "there is no such file or folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := ask(append([]string{"replay"}, tt.args...)...)
			require.Equal(t, tt.code, code, out+errs)
			require.Contains(t, out+errs, tt.want)
		})
	}
	write(t, drafts, map[string]string{"shop/main.lua": "on.text("})
	code, _, errs = ask("replay", "shop", "--working-copy", "--scripts", drafts)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "the folder cannot serve: main.lua:1")
}
