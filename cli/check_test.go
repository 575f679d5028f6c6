package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestCheckNamesCauseAndCure shows that each mistake is found with its file, its line, what is wrong and
// what to do.
func TestCheckNamesCauseAndCure(t *testing.T) {
	for _, tc := range []struct {
		name, main string
		line       int
		warning    bool
		cause      string
		cure       string
	}{
		{"a misspelt event", `on.event("subscirbe", "hi")`, 1, false, "subscirbe", "subscribe"},
		{"a misspelt rule", "on.text('a', 'b')\non.txet('c', 'd')", 2, false, "on has no txet", "on.text"},
		{"a missing dot", `ontext("a", "b")`, 1, false, "nothing is called ontext", "did you mean on.text?"},
		{"an undefined global", "on.text(function(msg)\n  return greting .. msg.content\nend)\nfunction greeting() end", 2, false, "greting", "greeting"},
		{"a syntax error", "on.text('a', function(msg)\n  return 'x'\n", 3, false, "'end' expected", ""},
		{"a key declared twice", "on.text('menu', 'a')\non.text({'x', ' Menu'}, 'b')", 2, false, "main.lua:1", ""},
		{"a local of the top level", "local n = 0\non.text(function(msg)\n  n = n + 1\n  return tostring(n)\nend)", 3, true, "n belongs to the top level", "msg.session"},
		{"a global in a handler", "on.text(function(msg)\n  total = 1\n  return tostring(total)\nend)", 2, true, "total is a global", "local"},
		{"a reply thrown away", "on.text(function(msg)\n  if msg.content == 'a' then reply.text('b') end\n  return reply.text('c')\nend)", 2, true, "what reply.text makes is thrown away", "write return reply.text(…)"},
		{"a pattern of Lua's", "on.match('^(%d+)$', function(msg, n) return n end)", 1, true, "%d is of Lua's patterns", `write \d, and the text in [[…]]`},
		{"a pattern of Lua's for re", "on.text(function(msg) return re.match(msg.content, '^%a+$') end)", 1, true, "%a is of Lua's patterns", `regular expression`},
		{"a module that returns nothing", "local teas = require 'lib.teas'\n-- file: lib/teas.lua\nlocal M = {}", 1, true, "lib/teas.lua returns nothing", "return M"},
		{"a module that is not there", "local m = require 'lib.nope'", 1, false, "lib/nope.lua", "lib.x is lib/x.lua"},
		{"an error at the top level", "local t = nil\nt.x = 1", 2, false, "attempt to index local 't' (a nil value)", ""},
		{"an effect at the top level", "store.set('a', 1)", 1, false, "top level", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			main, teas, _ := strings.Cut(tc.main, "\n-- file: lib/teas.lua\n")
			write(t, dir, map[string]string{"shop/main.lua": main, "shop/lib/teas.lua": teas})
			code, out, errs := run(t, "", "check", "--json", dir)
			var found []struct {
				Account, File, Cause, Cure string
				Line                       int
				Warning                    bool
			}
			require.NoError(t, json.Unmarshal([]byte(out), &found), "%s %s", out, errs)
			require.NotEmpty(t, found)
			f := found[0]
			require.Equal(t, "shop", f.Account)
			require.Equal(t, "main.lua", f.File)
			require.Equal(t, tc.line, f.Line, "%+v", f)
			require.Equal(t, tc.warning, f.Warning)
			require.Contains(t, f.Cause, tc.cause)
			require.Contains(t, f.Cause+f.Cure, tc.cure)
			want := cli.ExitFailed
			if tc.warning {
				want = cli.ExitOK
			}
			require.Equal(t, want, code)
		})
	}
}

func TestCheckFindsSeveralAtOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua":      "on.event('subscirbe', 'x')\nlocal p = require 'lib.price'\non.text(function() return nothing_there end)",
		"shop/lib/price.lua": "return { tea = pirce }",
		"shop/account.yaml":  "app_id: wx1\nmodee: safe\n",
	})
	code, out, _ := run(t, "", "check", dir)
	require.Equal(t, cli.ExitFailed, code)
	for _, want := range []string{"main.lua:1", "main.lua:3", "lib/price.lua:1", "account.yaml", "modee", "did you mean"} {
		require.Contains(t, out, want)
	}
	require.Equal(t, 4, strings.Count(out, "✗"))
}

func TestCheckPassesTheExamples(t *testing.T) {
	code, out, errs := run(t, "", "check", "../scripts")
	require.Zero(t, code, "%s%s", out, errs)
	require.Contains(t, out, "5 account(s), 0 finding(s)")
}

// TestCheckGoesOnPastAnAccountWithoutMain shows that a folder that cannot be an account hides no finding of
// the others.
func TestCheckGoesOnPastAnAccountWithoutMain(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a/Main.lua": "return 1", "b/main.lua.txt": "return 1", "c/main.lua": " \n", "d/main.lua": strings.Repeat("-", 129<<10),
		"e/main.lua": "on.txet('a')", "f/main.lua": "on.text('\xc4\xe3', 'x')", "f/account.yaml": "apology: \xc4\xe3",
		"g/main.lua": "on.text('x')", "g/account.yaml": "kind: test\n\tmode: plain", "商店/main.lua": "on.text('x')",
	})
	code, out, errs := run(t, "", "check", dir)
	require.Equal(t, cli.ExitFailed, code, errs)
	for _, want := range []string{
		"✗ a  main.lua  is missing; there is Main.lua: rename it", "✗ b  main.lua  is missing; there is main.lua.txt: rename it",
		"✗ c  main.lua  is empty", "✗ d  main.lua  has 129.0 KiB; at most 128.0 KiB are allowed", "✗ e  main.lua:1  on has no txet",
		"✗ f  main.lua:1  is not UTF-8 (GBK?)", "✗ f  account.yaml:1  is not UTF-8 (GBK?)",
		"✗ g  account.yaml:2  line 2 begins with a tab: use spaces  [account-file]\n", "! 商店  this folder is no account, for its name",
	} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "account.yaml  account.yaml")

	code, out, _ = run(t, "", "check", filepath.Join(dir, "a"))
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "there is Main.lua: rename it")
	_, _, errs = run(t, "", "check", filepath.Join(dir, "商店"))
	require.Contains(t, errs, `"商店" cannot be an account: an account's name is made of a-z, 0-9`)
	_, _, errs = run(t, "", "check", filepath.Join(dir, "nosuch"))
	require.Contains(t, errs, "nosuch: there is no such file or folder")
	require.NotContains(t, errs, "stat")
}

func TestCheckNamesTheLineOfAccountYAMLInJSON(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"shop/main.lua": "on.text('x')", "shop/account.yaml": "kind: test\nlat: push"})
	_, out, _ := run(t, "", "check", "--json", dir)
	var found []struct {
		File, Cause string
		Line        int
	}
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	require.Len(t, found, 1)
	require.Equal(t, 2, found[0].Line)
	require.Equal(t, "unknown key lat; did you mean late?", found[0].Cause)
}

// TestCheckKnowsTheOperatorsCeilings shows that an account may ask for what moonwire.yaml allows, and without
// one for much.
func TestCheckKnowsTheOperatorsCeilings(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"s/shop/main.lua": "on.text('x')" + strings.Repeat("\n", 140<<10), "s/shop/account.yaml": "limits: { memory: 64MiB, source_file: 256KiB }",
		"wide.yaml": "ceilings: { memory: 64MiB, source_file: 1MiB }", "narrow.yaml": "ceilings: { source_file: 1MiB }",
	})
	code, out, errs := run(t, "", "check", filepath.Join(dir, "s"))
	require.Zero(t, code, out+errs)
	code, out, errs = run(t, "", "check", "--config", filepath.Join(dir, "wide.yaml"), filepath.Join(dir, "s"))
	require.Zero(t, code, out+errs)
	code, out, _ = run(t, "", "check", "--config", filepath.Join(dir, "narrow.yaml"), filepath.Join(dir, "s"))
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "limits.memory: 64MiB is above the operator's ceiling of 32.0 MiB (ceilings in moonwire.yaml)")
}

// TestCheckSaysWhatIsAnothers: what serve refuses since the variables of another account begin so.
func TestCheckSaysWhatIsAnothers(t *testing.T) {
	dir := t.TempDir()
	yaml := "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:MW_SHOP_2_TOKEN}\napp_secret: ${env:MW_%s_SECRET}\n"
	write(t, dir, map[string]string{
		"s/shop/main.lua": "on.text('x', 'y')", "s/shop/account.yaml": fmt.Sprintf(yaml, "SHOP"),
		"s/shop-2/main.lua": "on.text('x', 'y')", "s/shop-2/account.yaml": fmt.Sprintf(yaml, "SHOP_2"),
		"moonwire.yaml": "secrets: { env_prefix: \"MW_{ACCOUNT}_\" }",
	})
	for _, path := range []string{"s", "s/shop"} {
		_, out, _ := run(t, "", "check", "--config", filepath.Join(dir, "moonwire.yaml"), filepath.Join(dir, path))
		require.Contains(t, out, "serve will refuse this account: token: ${env:MW_SHOP_2_TOKEN}: is a variable of the account shop-2, whose variables begin with MW_SHOP_2_")
		require.Equal(t, 1, strings.Count(out, "is a variable of the account"))
	}
}

func TestDevKnowsTheOperatorsCeilings(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"s/shop/main.lua": "on.text('x')", "s/shop/account.yaml": "limits: { memory: 64MiB }",
		"wide.yaml": "ceilings: { memory: 64MiB }", "narrow.yaml": "# none",
	})
	p, _ := startDev(t, filepath.Join(dir, "s"), "--config", filepath.Join(dir, "wide.yaml"))
	p.lines.await(t, 0, "that the account is live", func(l string) bool { return strings.Contains(l, "✓ shop") })
	p.end()
	p, _ = startDev(t, filepath.Join(dir, "s"), "--config", filepath.Join(dir, "narrow.yaml"))
	p.lines.await(t, 0, "the ceiling", func(l string) bool { return strings.Contains(l, "above the operator's ceiling of 32.0 MiB") })
	p.end()
	p, _ = startDev(t, filepath.Join(dir, "s"))
	p.lines.await(t, 0, "that the account is live", func(l string) bool { return strings.Contains(l, "✓ shop") })
}
