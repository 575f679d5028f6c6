package cli_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestAPublicAdminAddressIsWarnedOf starts serve with an admin address that other machines reach, and one that they do not.
func TestAPublicAdminAddressIsWarnedOf(t *testing.T) {
	const warning = "the admin address can be reached from other machines"
	p, _ := startServe(t, nil, t.TempDir(), t.TempDir(), "--admin-addr", "0.0.0.0:0")
	require.Contains(t, p.lines.text(), warning)
	p.end()
	p, _ = startServe(t, nil, t.TempDir(), t.TempDir())
	require.NotContains(t, p.lines.text(), warning)
}

// TestAnAccountThatIsBrokenAtTheStart is no refused save, for nothing was saved; it is told once.
func TestAnAccountThatIsBrokenAtTheStart(t *testing.T) {
	scripts := t.TempDir()
	write(t, scripts, map[string]string{"shop/account.yaml": "app_id: 1234\nmode: plain", "shop/main.lua": "on.text('hi')"})
	p, _ := startServe(t, nil, scripts, t.TempDir())
	line := p.lines.await(t, 0, "that shop is not served", func(l string) bool { return strings.Contains(l, "account not served: its folder cannot be loaded") })
	require.Contains(t, line, "account.yaml:1: app_id: 1234 is a number")
	p.end()
	require.NotContains(t, p.lines.text(), "save refused")
	require.Equal(t, 1, strings.Count(p.lines.text(), "account not served"))
}

// TestAnAccountWhoseNameBeginsWithADigit gets variables that a shell can set.
func TestAnAccountWhoseNameBeginsWithADigit(t *testing.T) {
	scripts := t.TempDir()
	code, _, errs := run(t, "", "new", "9x", "--scripts", scripts)
	require.Zero(t, code, errs)
	body, err := os.ReadFile(filepath.Join(scripts, "9x", "account.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(body), "token: ${env:_9X_TOKEN}")
	_, out, _ := run(t, "", "new", "--help")
	require.Contains(t, out, "begins with a letter or a digit")
	require.Contains(t, out, "_9X_TOKEN")
}

// TestOneProcessorReadsTheNetwork while scripts compute on all others: what stays free of them is Go's to run on.
func TestOneProcessorReadsTheNetwork(t *testing.T) {
	startServe(t, nil, t.TempDir(), t.TempDir())
	first := runtime.GOMAXPROCS(0)
	require.Greater(t, first, cli.Processors())
	startServe(t, nil, t.TempDir(), t.TempDir())
	require.Equal(t, first, runtime.GOMAXPROCS(0), "a second program in this process changes nothing")
}
