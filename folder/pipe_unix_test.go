//go:build unix

package folder_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// pipe makes a pipe that nobody writes to.
func pipe(t *testing.T, path string) {
	t.Helper()
	require.NoError(t, syscall.Mkfifo(path, 0o600))
}
