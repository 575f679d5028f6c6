package cli_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestATakenPortNamesItsFlag shows for each listener which flag helps, and that nonsense is not taken for a
// port that somebody has.
func TestATakenPortNamesItsFlag(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	busy, free := taken.Addr().String(), "127.0.0.1:0"
	scripts := examples(t)
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"dev", []string{"dev", "--addr", busy, "--platform-addr", free}, "--addr: cannot listen on"},
		{"the stand-in of dev", []string{"dev", "--addr", free, "--platform-addr", busy}, "--platform-addr: cannot listen on"},
		{"the admin page", []string{"serve", "--addr", free, "--admin-addr", busy}, "--admin-addr: cannot listen on"},
		{"no address", []string{"serve", "--addr", "nonsense"}, "--addr: nonsense: want an address and a port"},
		{"no port", []string{"serve", "--addr", ":99999"}, "--addr: :99999: a port is a number from 1 to 65535"},
		{"somebody else's address", []string{"serve", "--addr", "192.0.2.1:80"}, "--addr: cannot listen"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			args := append(tc.args, "--scripts", scripts, "--data", t.TempDir())
			code, _, errs := run(t, "", args...)
			require.Equal(t, cli.ExitConfig, code)
			require.Contains(t, errs, tc.want)
			require.Equal(t, strings.Contains(tc.want, "cannot listen on"), strings.Contains(errs, "is another moonwire running?"))
		})
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"send", "demo"}, "KIND is missing: moonwire send ACCOUNT KIND; see moonwire send --help"},
		{[]string{"serve", "--drain", "15"}, `invalid argument "15" for "--drain" flag: want a time such as 15s or 10m`},
		{[]string{"send"}, "ACCOUNT and KIND are missing: moonwire send ACCOUNT KIND"},
		{[]string{"srve"}, `there is no command "srve"; did you mean serve? There are accounts, audit, builds, chat, check, completion, dev, `},
		{[]string{"frobnicate"}, `there is no command "frobnicate". There are `},
		{[]string{"help", "nosuch"}, `there is no command "nosuch". There are `},
		{[]string{"chat"}, "ACCOUNT is missing: moonwire chat ACCOUNT"},
		{[]string{"new", "a", "b"}, `new takes NAME only, and "b" is one too many`},
		{[]string{"new", "商店"}, `"商店" cannot be an account: an account's name is made of a-z, 0-9`},
		{[]string{"types", "--scripts", "/nowhere"}, "say with --scripts where the accounts are"},
		{[]string{"send", "demo", "text", "hi", "--scripts", "/nowhere"}, "/nowhere/demo/account.yaml: there is no such file or folder"},
	} {
		_, _, errs := run(t, "", tc.args...)
		require.Contains(t, errs, tc.want)
	}
	_, out, _ := run(t, "", "chat", "-h")
	require.Regexp(t, `--addr string +where moonwire dev listens`, out)
}

// TestAnAccountThatCannotBeTalkedTo shows what chat and send say of accounts that are not there, broken, or
// have another's app_id, and that each broken one costs one line of the terminal.
func TestAnAccountThatCannotBeTalkedTo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"good/main.lua": "on.text('hi')", "good/account.yaml": "app_id: wx1",
		"bad/main.lua": "on.text('hi')", "bad/account.yaml": "kind:service",
		"茶/main.lua": "on.text('hi')",
	})
	p, addr := startDev(t, dir)
	awaitLive(t, p, "good")
	p.lines.await(t, 0, "that bad is broken", func(l string) bool { return strings.Contains(l, "✗ bad") })
	p.lines.await(t, 0, "that a folder is no account", func(l string) bool { return strings.Contains(l, "茶") })
	write(t, dir, map[string]string{"same/main.lua": "on.text('hi')", "same/account.yaml": "app_id: wx1"})
	said := p.lines.await(t, 0, "that same is no account of its own", func(l string) bool { return strings.Contains(l, "✗ same") })
	require.Contains(t, said, `app_id wx1 already belongs to account "good"`)
	for account, want := range map[string]string{
		"nosuch": `no such account: "nosuch"; there are bad, good, same`,
		"bad":    "bad cannot be talked to before it has loaded once: account.yaml:1: a space is missing after the colon (see the terminal of moonwire dev)",
		"same":   `same cannot be talked to: account "same": app_id wx1 already belongs to account "good"`,
	} {
		for _, args := range [][]string{{"chat", account}, {"send", account, "text", "hi"}} {
			code, _, errs := run(t, "", append(args, "--addr", addr)...)
			require.Equal(t, cli.ExitRefused, code)
			require.Contains(t, errs, want)
		}
	}
	_, out, _ := run(t, "/nosuch\n", "chat", "good", "--addr", addr)
	require.Contains(t, out, "there is no /nosuch; /help lists what there is")

	write(t, dir, map[string]string{"good/account.yaml": "app_id: wx2"})
	p.lines.await(t, 0, "that same has its way free", func(l string) bool { return strings.Contains(l, "✓ same") })
	run(t, "", "send", "same", "text", "hi", "--addr", addr)
	p.end()
	require.Equal(t, 1, strings.Count(p.lines.text(), "茶"), p.lines.text())
	require.Equal(t, 1, strings.Count(p.lines.text(), "✗ same"), p.lines.text())
	require.NotContains(t, p.lines.text(), "a-z0-9]")
}

func TestSendSaysWhichVariableIsNotSet(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"shop/account.yaml": "app_id: wx1\nmode: plain\ntoken: ${env:SHOP_TOKEN}\n"})
	_, _, errs := run(t, "", "send", "shop", "text", "hi", "--scripts", dir, "--addr", "127.0.0.1:9")
	require.Contains(t, errs, "token: ${env:SHOP_TOKEN}")
	require.Contains(t, errs, "not set or empty here")
}

func TestServeWarnsOfAMisspeltVariable(t *testing.T) {
	var errs strings.Builder
	cli.Run(t.Context(), cli.Process{
		Args: []string{"serve", "--scripts", filepath.Join(t.TempDir(), "none")}, Stdout: &errs, Stderr: &errs,
		Environ: []string{"MOONWIRE_DRIAN=1s", "MOONWIRE_SHOP_TOKEN=secret99", "MOONWIRE_DRAIN=1s", "MOONWIRE_ADMIN_TOKEN=secret98", "PATH=/bin"},
	})
	require.Contains(t, errs.String(), "variable=MOONWIRE_DRIAN meant=MOONWIRE_DRAIN")
	require.NotContains(t, errs.String(), "SHOP")
	require.NotContains(t, errs.String(), "secret99")
	require.NotContains(t, errs.String(), "ADMIN_TOKEN", "commands read it, and a shell may have it for all")
}

func TestHelpAndVersion(t *testing.T) {
	code, out, errs := run(t, "", "--version")
	require.Zero(t, code, errs)
	require.Equal(t, "moonwire "+cli.Version+"\n", out)
	code, out, errs = run(t, "", "help", "serve")
	require.Zero(t, code, errs)
	require.Contains(t, out, "serve answers WeChat's callbacks")
	code, out, errs = run(t, "", "help")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Without a command it does what")
	for _, args := range [][]string{{"help", "nosuch"}, {"nosuch"}} {
		code, _, _ = run(t, "", args...)
		require.Equal(t, cli.ExitUsage, code)
	}
}
