package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// serveWith runs serve with a moonwire.yaml on a scripts folder that is not there, so that it ends; it returns
// what serve said.
func serveWith(t *testing.T, yaml string, env map[string]string, args ...string) (code int, errs string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "moonwire.yaml")
	require.NoError(t, os.WriteFile(file, []byte(yaml), 0o644))
	p := start(t, env, append([]string{"serve", "--config", file, "--scripts", filepath.Join(t.TempDir(), "none")}, args...)...)
	code = <-p.done
	p.done <- code
	return code, p.lines.text()
}

// TestAnEmptyConfigurationKeepsTheDefaults starts serve with files that say nothing.
func TestAnEmptyConfigurationKeepsTheDefaults(t *testing.T) {
	for _, body := range []string{"", "# only a comment\n", "---\n", "null\n", "log:\n  level:\nmax_skew:\ndrain:\n", "\ufeffmax_skew: 10m\n"} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"moonwire.yaml": body, "s/shop/main.lua": "on.text('x')"})
		p := start(t, nil, "serve", "--config", filepath.Join(dir, "moonwire.yaml"), "--scripts", filepath.Join(dir, "s"),
			"--data", filepath.Join(dir, "d"), "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0")
		line := p.lines.await(t, 0, "its settings", func(l string) bool { return strings.Contains(l, "serving") || strings.HasPrefix(l, "moonwire:") })
		require.Contains(t, line, "api=https://api.weixin.qq.com", "%q", body)
		require.Contains(t, line, "max_skew=10m0s", "%q", body)
		require.Equal(t, cli.ExitOK, p.end())
	}
}

func TestConfigurationErrors(t *testing.T) {
	tests := []struct {
		name, yaml string
		env        map[string]string
		args       []string
		want       string
	}{
		{"no unit", "log: { level: info }\ndrain: 15", nil, nil, "moonwire.yaml:2: drain: want a time such as 15s or 10m, with its unit"},
		{"no time", "max_skew: abc", nil, nil, "moonwire.yaml:1: max_skew: want a time such as 15s or 10m"},
		{"no time below", "retention:\n  messages: [1]", nil, nil, "moonwire.yaml:2: retention.messages: want a time"},
		{"no time in a variable", "", map[string]string{"MOONWIRE_DRAIN": "15"}, nil, "MOONWIRE_DRAIN=15: want a time such as 15s or 10m"},
		{"negative age", "max_skew: -5m", nil, nil, "max_skew: -5m0s: want a time from 1s to 24h, or 0: any age"},
		{"negative retention", "retention: { messages: -1h }", nil, nil, "retention.messages: -1h0m0s: want a time from 1h to 87600h"},
		{"no retention", "retention: { messages: 0 }", nil, nil, "retention.messages: 0s: want a time from 1h"},
		{"no mode of reload", "reload: { mode: git }", nil, nil, `reload.mode: "git": want folder or published`},
		{"no listener", "listener: quick", nil, nil, `listener: "quick": want fast or standard`},
		{"busy poll", "reload: { poll: 1ms }", nil, nil, "reload.poll: 1ms: want a time from 100ms to 1h, or 0: rely on events; with published, every 2s"},
		{"negative drain", "", nil, []string{"--drain", "-1s"}, "drain: -1s: want a time from"},
		{"unknown key", "drian: 15s", nil, nil, "moonwire.yaml:1: unknown key drian; did you mean drain?"},
		{"tab", "log:\n\tlevel: info", nil, nil, "moonwire.yaml:2: line 2 begins with a tab: use spaces"},
		{"space", "drain:15s", nil, nil, "moonwire.yaml:1: a space is missing after the colon"},
		{"ceiling", "ceilings: { memry: 64MiB }", nil, nil, "ceilings: memry is not a limit, did you mean memory?"},
		{"GBK", "# \xc4\xe3\nscripts: x", nil, nil, "moonwire.yaml:1: is not UTF-8 (GBK?)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, errs := serveWith(t, tt.yaml, tt.env, tt.args...)
			require.Equal(t, cli.ExitConfig, code)
			require.Contains(t, errs, tt.want)
		})
	}
}

func TestZeroTurnsAgeAndDrainOff(t *testing.T) {
	_, errs := serveWith(t, "max_skew: 0\ndrain: 0s\nreload: { poll: 0 }", nil)
	require.Contains(t, errs, "no folder ", "the settings are taken")
}

// TestAWrongTypeNamesItsKey gives moonwire.yaml a word where true or false is wanted.
func TestAWrongTypeNamesItsKey(t *testing.T) {
	for _, yaml := range []string{"log:\n  log_messages: yes", "log: { level: info, log_messages: yes }"} {
		_, errs := serveWith(t, yaml, nil)
		require.Contains(t, errs, "log_messages: want true or false here")
	}
}
