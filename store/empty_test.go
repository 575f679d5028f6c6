package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// TestEmptyLeavesALivingProcessAlone: what another process has open is not removed under its hands.
func TestEmptyLeavesALivingProcessAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moonwire.db")
	beside := filepath.Join(filepath.Dir(path), "notes.txt")
	require.NoError(t, os.WriteFile(beside, nil, 0o600))
	open := func() *store.Store {
		s, err := store.Open(context.Background(), store.Options{Path: path})
		require.NoError(t, err)
		return s
	}
	first, second := open(), open()
	require.ErrorIs(t, store.Empty(path), store.ErrInUse)
	require.FileExists(t, path)
	require.NoError(t, first.Close())
	require.ErrorIs(t, store.Empty(path), store.ErrInUse, "the second has another lock")
	require.FileExists(t, path)
	require.NoError(t, second.Close())

	require.NoError(t, store.Empty(path))
	require.NoFileExists(t, path)
	require.FileExists(t, beside)
	require.NoError(t, open().Close())
	require.NoError(t, store.Empty(path))
}

func TestHold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	release, err := store.Hold(path)
	require.NoError(t, err)
	_, err = store.Hold(path)
	require.ErrorIs(t, err, store.ErrInUse)
	require.NoError(t, release())
	release, err = store.Hold(path)
	require.NoError(t, err)
	require.NoError(t, release())
}
