package check_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/check"
	"moonwire/engine"
)

// checker checks accounts of a scripts folder.
type checker struct {
	t      *testing.T
	set    *engine.Set
	engine *engine.Engine
	dir    string
}

func newChecker(t *testing.T) *checker {
	t.Helper()
	set, err := bindings.NewSet()
	require.NoError(t, err)
	eng, err := engine.New(set, engine.Options{})
	require.NoError(t, err)
	return &checker{t: t, set: set, engine: eng, dir: t.TempDir()}
}

// write puts files below the scripts folder.
func (c *checker) write(files map[string]string) {
	c.t.Helper()
	for name, text := range files {
		path := filepath.Join(c.dir, filepath.FromSlash(name))
		require.NoError(c.t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(c.t, os.WriteFile(path, []byte(text), 0o600))
	}
}

func (c *checker) folder(ctx context.Context, account string, o check.Options) ([]check.Finding, error) {
	c.t.Helper()
	root, err := os.OpenRoot(c.dir)
	require.NoError(c.t, err)
	defer root.Close()
	return check.Folder(ctx, c.engine, c.set, root, account, o)
}

// look returns what is wrong with the account shop, made of files of its folder.
func look(t *testing.T, files map[string]string, o check.Options) []check.Finding {
	t.Helper()
	c := newChecker(t)
	for name, text := range files {
		c.write(map[string]string{"shop/" + name: text})
	}
	found, err := c.folder(t.Context(), "shop", o)
	require.NoError(t, err)
	return found
}

// wrong and warned return findings as a person reads them: what is wrong, and what is only odd.
func wrong(found []check.Finding) []string  { return lines(found, false) }
func warned(found []check.Finding) []string { return lines(found, true) }

func lines(found []check.Finding, warning bool) []string {
	var all []string
	for _, f := range found {
		if f.Warning == warning {
			all = append(all, f.String())
		}
	}
	return all
}

func one(line string) []string { return []string{line} }
