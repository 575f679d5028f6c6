package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// An author tries a hook in dev with one command, as the system that will call it does.
func TestCallAHook(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{
		"shop/account.yaml": "hooks:\n  paid: { secret: '${env:PAID_SECRET}', algorithm: hmac-sha256 }\n  broken: {}\n",
		"shop/main.lua":     "on.hook('paid', function(hook) return 'thanks for ' .. tostring(hook.json and hook.json.amount) end)\non.hook('broken', function() error('oh') end)\non.hook('typo', function() end)\n",
	})
	p, addr := startDev(t, scripts)
	p.lines.await(t, 0, "the hook that nobody can call", func(l string) bool {
		return strings.Contains(l, "main.lua:3: on.hook: nobody can call it: account.yaml names no such hook")
	})
	args := func(more ...string) []string {
		return append([]string{"hook", "shop"}, append(more, "--scripts", scripts, "--addr", addr)...)
	}

	code, out, errs := runWith(t, nil, "", args("paid", `{"amount":28}`)...)
	require.Equal(t, cli.ExitOK, code, errs)
	require.Equal(t, "thanks for 28\n", out)
	require.Contains(t, errs, "hooks.paid.secret: ${env:PAID_SECRET}")
	p.lines.await(t, 0, "the line of the call", func(l string) bool {
		return strings.Contains(l, `shop  hook paid  → `) && strings.Contains(l, `on.hook("paid")`)
	})

	code, out, _ = runWith(t, nil, `{"amount":29}`, args("paid")...)
	require.Equal(t, cli.ExitOK, code)
	require.Equal(t, "thanks for 29\n", out)

	code, _, errs = runWith(t, nil, "", args("broken", "{}")...)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "the function of the hook failed (500)")

	code, _, errs = runWith(t, map[string]string{"PAID_SECRET": "another-secret-0815"}, "", args("paid", "{}")...)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "refused (403)")

	code, _, errs = runWith(t, nil, "", args("payed", "{}")...)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "account.yaml of shop names no hook payed; there are broken, paid")

	code, _, errs = runWith(t, nil, strings.Repeat("x", 256<<10+1), args("paid")...)
	require.NotEqual(t, cli.ExitOK, code)
	require.Contains(t, errs, "the body has more than 256 KiB")

	code, _, errs = runWith(t, nil, "", "hook", "shop", "paid", "{}", "--scripts", scripts, "--addr", "127.0.0.1:1")
	require.Equal(t, cli.ExitUnreachable, code)
	require.Contains(t, errs, "http://127.0.0.1:1/hook/shop/paid cannot be reached")
}
