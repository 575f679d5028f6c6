package cli_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// runAs carries out one command line of a program that was started under a name.
func runAs(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out strings.Builder
	cli.Run(t.Context(), cli.Process{Name: name, Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out})
	return out.String()
}

// TestCommandsCanBeTypedAsPrinted starts the program under several names and reads the commands it tells people to type.
func TestCommandsCanBeTypedAsPrinted(t *testing.T) {
	for _, tc := range []struct{ name, started, want string }{
		{"make run", "./bin/moonwire", "./bin/moonwire"},
		{"on the PATH", "moonwire", "moonwire"},
		{"by its whole path", "/opt/moonwire/moonwire", "/opt/moonwire/moonwire"},
		{"in a folder with a blank", "/my programs/moonwire", `"/my programs/moonwire"`},
		{"go run", "/tmp/go-build123/b001/exe/moonwire", "go run ."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scripts := t.TempDir()
			for _, said := range []struct {
				args []string
				want string
			}{
				{[]string{"new", "shop", "--scripts", scripts}, "With `%s dev --scripts " + scripts + "` running it is live now: %s chat shop\n"},
				{[]string{"chat"}, "ACCOUNT is missing: %s chat ACCOUNT; see %s chat --help"},
				{[]string{"chat", "demo", "--addr", "127.0.0.1:9"}, "no `%s dev` answers"},
				{[]string{"dev", "--scripts", "/nowhere", "--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0"}, "`%s new shop` makes one"},
				{[]string{"dev", "--addr", "0.0.0.0:1"}, "for real accounts there is `%s serve`"},
				{[]string{"chat", "--help"}, "Examples:\n  %s chat demo\n  printf '你好\\n下单\\n' | %s chat demo"},
				{[]string{"chat", "--help"}, "Usage:\n  %s chat ACCOUNT"},
				{[]string{"--help"}, `Use "%s [command] --help"`},
			} {
				require.Contains(t, runAs(t, tc.started, said.args...), strings.ReplaceAll(said.want, "%s", tc.want))
			}
		})
	}
}

// TestDevSaysHowToTalkToABot reads the first lines of dev, and its page.
func TestDevSaysHowToTalkToABot(t *testing.T) {
	p, addr := startDev(t, examples(t))
	p.lines.await(t, 0, "the whole command", func(l string) bool { return strings.HasSuffix(l, "moonwire chat demo --addr "+addr) })
	awaitLive(t, p, "demo")
	res, err := http.Get("http://" + addr + "/")
	require.NoError(t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "<code>moonwire chat assistant</code>")
}
