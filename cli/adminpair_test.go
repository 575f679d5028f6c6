//go:build unix

package cli_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestTwoProcessesOneTokenFile: the first has it; when it ends, killed or in order, the other takes its place; and when
// both were killed nothing runs, whatever they have left.
func TestTwoProcessesOneTokenFile(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  syscall.Signal
	}{{"killed", syscall.SIGKILL}, {"ended", syscall.SIGTERM}} {
		t.Run(tt.name, func(t *testing.T) {
			scripts, data := shopFolder(t), t.TempDir()
			first := beside(t, scripts, data)
			firstURL, firstToken := adminFile(t, data)
			second := beside(t, scripts, data)
			url, token := adminFile(t, data)
			require.Equal(t, []string{firstURL, firstToken}, []string{url, token}, "the second has not taken it")
			require.NoError(t, first.cmd.Process.Signal(tt.end))
			_ = first.cmd.Wait()
			awaitTaken(t, data)
			url, token = adminFile(t, data)
			require.NotEqual(t, firstURL, url)
			require.NotEqual(t, firstToken, token)

			require.NotContains(t, second.log.text(), "cannot be written")

			require.NoError(t, second.cmd.Process.Kill())
			_ = second.cmd.Wait()
			code, _, errs := command(t, nil, "", "accounts", "list", "--data", data)
			require.Equal(t, cli.ExitUnreachable, code)
			require.Contains(t, errs, "no moonwire runs on the data folder")
		})
	}
}
