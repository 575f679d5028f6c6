//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestNoCommandWaitsForAPipe shows that whatever file a command reads, a pipe, a device or a file without end in its
// place is said and not waited for.
func TestNoCommandWaitsForAPipe(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	scripts := filepath.Join(dir, "scripts")
	write(t, scripts, map[string]string{
		"shop/main.lua": "on.text('a', 'b')", "shop/account.yaml": "mode: plain\ntoken: ${file:" + pipe + "}\n",
		"zero/main.lua": "on.text('a', 'b')", "zero/account.yaml": "mode: plain\ntoken: ${file:/dev/zero}\n",
		"yaml/main.lua": "on.text('a', 'b')",
	})
	require.NoError(t, syscall.Mkfifo(filepath.Join(scripts, "yaml/account.yaml"), 0o600))
	typed := filepath.Join(dir, "typed")
	require.NoError(t, os.MkdirAll(filepath.Join(typed, ".types"), 0o755))
	require.NoError(t, syscall.Mkfifo(filepath.Join(typed, ".types/moonwire.lua"), 0o600))
	deep := filepath.Join(dir, "deep.yaml")
	require.NoError(t, os.WriteFile(deep, []byte("# deep\nceilings: "+strings.Repeat("[", 100_000)), 0o600))
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"serve --config", []string{"serve", "--config", pipe}, cli.ExitConfig, pipe + ": is a pipe; want a regular file"},
		{"serve --config, a device", []string{"serve", "--config", "/dev/zero"}, cli.ExitConfig, "/dev/zero: is a device; want a regular file"},
		{"serve --config, deep", []string{"serve", "--config", deep}, cli.ExitConfig, deep + ":2: is nested deeper than 32 levels"},
		{"dev --config", []string{"dev", "--config", pipe}, cli.ExitConfig, pipe + ": is a pipe; want a regular file"},
		{"check --config", []string{"check", "--config", pipe, scripts}, cli.ExitConfig, pipe + ": is a pipe; want a regular file"},
		{"check, a secret", []string{"check", filepath.Join(scripts, "shop")}, cli.ExitFailed, "account.yaml:2  token: ${file:" + pipe + "}: is a pipe; want a regular file"},
		{"check, a secret without end", []string{"check", filepath.Join(scripts, "zero")}, cli.ExitFailed, "token: ${file:/dev/zero}: is a device; want a regular file"},
		{"check, account.yaml", []string{"check", filepath.Join(scripts, "yaml")}, cli.ExitFailed, "account.yaml  is not a regular file"},
		{"send, a secret", []string{"send", "shop", "text", "hi", "--scripts", scripts}, cli.ExitConfig, "token: ${file:" + pipe + "}: is a pipe; want a regular file"},
		{"send, account.yaml", []string{"send", "yaml", "text", "hi", "--scripts", scripts}, cli.ExitConfig, "is a pipe; want a regular file"},
		{"platform --state", []string{"platform", "--state", pipe}, cli.ExitConfig, "is a pipe; want a regular file"},
		{"types", []string{"types", "--scripts", typed}, cli.ExitConfig, "is a pipe; want a regular file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, "", tt.args...)
			require.Contains(t, out+errs, tt.want)
			require.Equal(t, tt.code, code)
		})
	}
}

// TestAPipeForASecretIsMendedWhileOthersSave shows serve with a pipe, a device and a deep account.yaml in three
// accounts: the fourth is live, the three say what is wrong, a repair is picked up, and SIGTERM ends the process.
func TestAPipeForASecretIsMendedWhileOthersSave(t *testing.T) {
	dir := t.TempDir()
	scripts, secret := filepath.Join(dir, "scripts"), filepath.Join(dir, "token")
	require.NoError(t, syscall.Mkfifo(secret, 0o600))
	yaml := func(file string) string { return "app_id: wx1\nkind: test\nmode: plain\ntoken: ${file:" + file + "}\n" }
	write(t, scripts, map[string]string{
		"a1/main.lua": "on.text('a', 'b')", "a1/account.yaml": yaml(secret),
		"a2/main.lua": "on.text('a', 'b')", "a2/account.yaml": yaml("/dev/zero"),
		"a3/main.lua": "on.text('a', 'b')", "a3/account.yaml": "settings: " + strings.Repeat("[", 100_000),
		"good/main.lua": "on.text('a', 'b')", "good/account.yaml": strings.Replace(yaml(filepath.Join(dir, "plain")), "wx1", "wx2", 1),
	})
	write(t, dir, map[string]string{"plain": "tokentoken"})
	p, _ := startServe(t, nil, scripts, t.TempDir())
	seen := func(words ...string) func(string) bool {
		return func(line string) bool {
			for _, w := range words {
				if !strings.Contains(line, w) {
					return false
				}
			}
			return true
		}
	}
	p.lines.await(t, 0, "the good one", seen("build live", `"account":"good"`))
	p.lines.await(t, 0, "the pipe", seen("account not served", `"account":"a1"`, "is a pipe; want a regular file"))
	p.lines.await(t, 0, "the device", seen("account not served", `"account":"a2"`, "is a device; want a regular file"))
	p.lines.await(t, 0, "the brackets", seen("account not served", `"account":"a3"`, "account.yaml:1: is nested deeper than 32 levels"))
	require.NoError(t, os.Remove(secret))
	write(t, dir, map[string]string{"token": "tokentoken"})
	write(t, scripts, map[string]string{"a1/account.yaml": yaml(secret)})
	p.lines.await(t, 0, "the repair", seen("build live", `"account":"a1"`))
	require.Equal(t, cli.ExitOK, p.end())
}
