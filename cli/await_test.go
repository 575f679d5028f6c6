package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

const pushingScript = `
on.text("long", function(msg) return string.rep("a", 2100) .. " the end" end)
on.text("slow", function(msg) time.sleep("6s") return "after six" end)
on.text("stuck", function(msg) time.sleep("9s") return "at last" end)
on.click("LONG", function(msg) return string.rep("b", 2100) .. " the end" end)
on.text("quick", function(msg) return "at once" end)
`

// TestWhatIsPushedStandsBelowItsMessage says several lines in a pipe, with answers that come in parts and late, and
// reads what chat and send print.
func TestWhatIsPushedStandsBelowItsMessage(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"shop/account.yaml": "app_id: wx0000000000000001\nkind: service\nmode: safe\nlate: push\n", "shop/main.lua": pushingScript,
	})
	p, addr := startDev(t, scripts)
	awaitLive(t, p, "shop")
	tests := []struct{ name, in, want string }{
		{"an answer in two parts", "long\nquick\n", "amy: long bot:… bot: end amy: quick bot: once"},
		{"a press of the menu", "/click LONG\nquick\n", "amy: LONG] bot:… bot: end amy: quick bot: once"},
	}
	if !testing.Short() {
		tests = append(tests, struct{ name, in, want string }{"a late answer", "slow\nquick\n", "amy: slow bot: six amy: quick bot: once"})
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			code, out, errs := run(t, tc.in, "chat", "shop", "--addr", addr)
			require.Zero(t, code, errs)
			require.Equal(t, tc.want, ends(out))
		})
	}

	t.Run("send waits for the second part", func(t *testing.T) {
		code, out, errs := run(t, "", "send", "--addr", addr, "shop", "text", "long")
		require.Zero(t, code, errs)
		require.Equal(t, "bot:… bot: end", ends(out))
	})
	if testing.Short() {
		return
	}
	t.Run("send waits for a late answer", func(t *testing.T) {
		code, out, errs := run(t, "", "send", "--addr", addr, "--json", "shop", "text", "slow")
		require.Zero(t, code, errs)
		var sent struct {
			Lines []struct{ Via, Text string }
			Busy  bool
		}
		require.NoError(t, json.Unmarshal([]byte(out), &sent))
		require.False(t, sent.Busy)
		require.Len(t, sent.Lines, 2, out)
		require.Equal(t, "custom after six", sent.Lines[1].Via+" "+sent.Lines[1].Text)
	})
	t.Run("the wait is bounded", func(t *testing.T) {
		code, out, errs := run(t, "stuck\nquick\n", "chat", "shop", "--addr", addr, "--as", "bob", "--wait", "1s")
		require.Equal(t, cli.ExitRefused, code)
		require.Contains(t, errs, `the bot is still at work on "text stuck" after 1s, so the lines below it are not said; --wait says how long to wait`)
		require.Equal(t, "bob: stuck", ends(out))
		code, _, errs = run(t, "", "send", "--addr", addr, "--as", "eve", "--wait", "1s", "shop", "text", "stuck")
		require.Equal(t, cli.ExitRefused, code)
		require.Contains(t, errs, "the bot is still at work after 1s: what it sends later is not shown here")
	})
}

// ends shortens each line to its speaker and its last word.
func ends(out string) string {
	var short []string
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) == 2 && len(words[1]) > 20 {
			short = append(short, words[0]+"…")
			continue
		}
		short = append(short, words[0]+" "+words[len(words)-1])
	}
	return strings.Join(short, " ")
}

func TestAWaitThatMakesNoSense(t *testing.T) {
	for _, args := range [][]string{{"chat", "demo", "--wait", "0s"}, {"chat", "demo", "--wait", "1h"}, {"send", "--wait", "-1s", "demo", "text", "hi"}} {
		code, _, errs := run(t, "", args...)
		require.Equal(t, cli.ExitUsage, code)
		require.Regexp(t, `--wait \S+: want a time from \S+ to 10m`, errs)
	}
}
