package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTypesLeavesTheEditorsSettingsAlone: what somebody has added to .luarc.json stays, and the stubs are renewed.
func TestTypesLeavesTheEditorsSettingsAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{".luarc.json": `{"hint.enable": true}`, ".types/moonwire.lua": "-- old"})
	code, _, errs := run(t, "", "types", "--scripts", dir)
	require.Zero(t, code, errs)
	kept, err := os.ReadFile(filepath.Join(dir, ".luarc.json"))
	require.NoError(t, err)
	require.Equal(t, `{"hint.enable": true}`, string(kept))
	stubs, err := os.ReadFile(filepath.Join(dir, ".types", "moonwire.lua"))
	require.NoError(t, err)
	require.NotEqual(t, "-- old", string(stubs))
}
