package cli_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestFreshHarmsNobody: dev --fresh empties no folder on which another moonwire runs, nor one that it cannot use then.
func TestFreshHarmsNobody(t *testing.T) {
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"demo/main.lua": "on.text('hi', 'ho')"})
	database, kept := filepath.Join(data, "moonwire.db"), filepath.Join(data, "platform.json")
	fresh := func(args ...string) (int, string) {
		code, _, errs := run(t, "", append([]string{"dev", "--fresh", "--scripts", scripts, "--data", data}, args...)...)
		return code, errs
	}
	free := []string{"--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0"}

	serve := start(t, nil, "serve", "--scripts", scripts, "--data", data, "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0")
	serve.lines.await(t, 0, "that it serves", func(l string) bool { return strings.Contains(l, "serving") })
	require.NoError(t, os.WriteFile(kept, []byte("{}"), 0o600))
	before, err := os.Stat(database)
	require.NoError(t, err)
	code, errs := fresh(free...)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, data+" cannot be emptied: another moonwire runs on this folder; stop it first")
	require.FileExists(t, kept)
	after, err := os.Stat(database)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after))
	require.Zero(t, serve.end())

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for _, ports := range [][]string{{taken.Addr().String(), "127.0.0.1:0"}, {"127.0.0.1:0", taken.Addr().String()}} {
		code, errs = fresh("--addr", ports[0], "--platform-addr", ports[1])
		require.Equal(t, cli.ExitConfig, code)
		require.Contains(t, errs, "is taken")
		require.FileExists(t, database)
		require.FileExists(t, kept)
	}
}

// TestTwoKeepNoStateTogether: two stand-ins of one file would each undo what the other has kept.
func TestTwoKeepNoStateTogether(t *testing.T) {
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"demo/main.lua": "on.text('hi', 'ho')"})
	p, _ := startDev(t, scripts, "--data", data)
	awaitLive(t, p, "demo")
	for _, more := range [][]string{nil, {"--fresh"}} {
		code, _, errs := run(t, "", append([]string{"dev", "--scripts", scripts, "--data", data, "--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0"}, more...)...)
		require.Equal(t, cli.ExitConfig, code)
		require.Contains(t, errs, "another `moonwire dev` runs on this folder; stop it first, or choose another with --data")
	}
	require.Zero(t, p.end())

	state := filepath.Join(t.TempDir(), "wechat.json")
	p = start(t, nil, "platform", "--addr", "127.0.0.1:0", "--state", state)
	p.lines.await(t, 0, "where it is", func(l string) bool { return strings.Contains(l, "stand-in WeChat on") })
	before, err := os.Stat(state)
	require.NoError(t, err)
	code, _, errs := run(t, "", "platform", "--addr", "127.0.0.1:0", "--state", state)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "another `moonwire platform` keeps wechat.json there; stop it first, or choose another file with --state")
	after, err := os.Stat(state)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after))
}
