package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestCheckAgreesWithServe holds what check says against what serve does, for accounts that dev runs.
func TestCheckAgreesWithServe(t *testing.T) {
	const whole = "app_id: wx1a2b3c4d5e6f7081\nkind: subscription\nmode: plain\ntoken: ${env:TOKEN}\n"
	for _, tt := range []struct {
		name, yaml string
		want       string // "" = serve takes it; a secret that is not set here may be set there
	}{
		{"whole", whole, ""},
		{"empty", "", "app_id: is missing; mode: is missing; want plain, compatible or safe, as set in 微信开发者平台 (域名与消息推送配置); token: is missing"},
		{"none", "-", "app_id: is missing"},
		{"no AES key", strings.Replace(whole, "plain", "safe", 1), "encoding_aes_key: is missing"},
		{"a literal secret", whole + "app_secret: abc", "app_secret: a secret stands in the file"},
		{"a weak key", whole + "api_keys: ['${env:TOKEN}']", "api_keys[1]: a key is too short"},
		{"a limit above what serve allows by itself", whole + "limits: { memory: 128MiB }", "limits.memory: 128MiB is above the operator's ceiling"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"shop/main.lua": "on.text('hi', 'ho')", "shop/account.yaml": tt.yaml}
			if tt.yaml == "-" {
				delete(files, "shop/account.yaml")
			}
			write(t, dir, files)
			env := map[string]string{"TOKEN": "tokentoken"}
			p := start(t, env, "check", dir)
			require.Equal(t, cli.ExitOK, <-p.done)
			p.done <- cli.ExitOK
			require.Equal(t, tt.want != "", strings.Contains(p.lines.text(), "serve will refuse this account"), p.lines.text())
			require.Contains(t, p.lines.text(), tt.want)
			require.LessOrEqual(t, strings.Count(p.lines.text(), "serve will refuse"), 1, p.lines.text())

			served, _ := startServe(t, env, dir, t.TempDir())
			line := served.lines.await(t, 0, "what becomes of the account", func(l string) bool {
				return strings.Contains(l, "build live") || strings.Contains(l, "account not served")
			})
			require.Equal(t, tt.want == "", strings.Contains(line, "build live"), line)
		})
	}
}

// TestABrokenSharedFileIsTheMatterOfThoseWhoRequireIt: it is told once, as an error only where an account needs it.
func TestABrokenSharedFileIsTheMatterOfThoseWhoRequireIt(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a/main.lua": "on.text('hi', 'ho')", "b/main.lua": "on.text('hi', 'ho')",
		"shared/bad.lua": "return {", "shared/gbk.lua": "return '\xc4\xe3'", "shared/good.lua": "return require 'shared.bad'",
	})
	code, out, _ := run(t, "", "check", dir)
	require.Equal(t, cli.ExitOK, code, out)
	for _, name := range []string{"shared/bad.lua", "shared/gbk.lua"} {
		require.Equal(t, 1, strings.Count(out, name), out)
		require.Contains(t, out, "! shared  "+name)
	}
	require.Contains(t, out, "(no account requires this file)")

	write(t, dir, map[string]string{"a/main.lua": "local g = require 'shared.good'", "b/main.lua": "require 'shared.bad'"})
	code, out, _ = run(t, "", "check", dir)
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "✗ a, b  shared/bad.lua:1")
	require.Equal(t, 1, strings.Count(out, "shared/bad.lua"), out)
}

// TestAFolderThatCannotBeReadSaysSo: it is not without accounts.
func TestAFolderThatCannotBeReadSaysSo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "scripts")
	write(t, dir, map[string]string{"a/main.lua": "on.text('hi', 'ho')"})
	if locked(t, dir) {
		for _, args := range [][]string{{"check", dir}, {"check", filepath.Join(dir, "a")}, {"dev", "--scripts", dir, "--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0", "--data", t.TempDir()}} {
			code, _, errs := run(t, "", args...)
			require.Equal(t, cli.ExitConfig, code)
			require.Contains(t, errs, "permission denied")
			require.NotContains(t, errs, "no account here")
			require.NotContains(t, errs, "there is no")
		}
	}
}

// locked takes all rights of a folder away; false where that binds nobody, as root.
func locked(t *testing.T, dir string) bool {
	t.Helper()
	require.NoError(t, os.Chmod(dir, 0))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	_, err := os.ReadDir(dir)
	return err != nil
}
