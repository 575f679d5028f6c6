package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestARightThatThereIsNot is told by check and refused by serve: both know the methods of the HTTP interface.
func TestARightThatThereIsNot(t *testing.T) {
	const want = "api_keys[1]: allow: there is no method template/send; did you mean templates/send?"
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua": "on.text('hi', 'ho')", "shop/account.yaml": accountYAML("plain", "api_keys: [{key: '${env:T_KEY}', name: crm, allow: [template/send]}]\n"),
	})
	code, out, _ := run(t, "", "check", dir)
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, want)
	env := testEnv()
	env["T_KEY"] = "0f1e2d3c4b5a69788796"
	served, _ := startServe(t, env, dir, t.TempDir())
	line := served.lines.await(t, 0, "that the account is refused", func(l string) bool { return strings.Contains(l, "account not served") })
	require.Contains(t, line, want)
}

// TestDevNamesTheKeysItMakesUp gives each of them to the person at the terminal.
func TestDevNamesTheKeysItMakesUp(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua": "on.text('hi', 'ho')", "shop/account.yaml": "api_keys: ['${env:A}', {key: '${env:B}', name: crm, allow: [messages/get]}]\n",
	})
	p, _ := startDev(t, dir)
	for _, who := range []string{"api_keys[1]", "crm"} {
		p.lines.await(t, 0, "the key of "+who, func(l string) bool {
			return strings.Contains(l, "HTTP interface of shop as "+who+": Authorization: Bearer ")
		})
	}
}
