package engine_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheMapNamesEveryFile, and no file that is gone.
func TestTheMapNamesEveryFile(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	named := map[string]bool{"doc.go": true}
	for _, pattern := range regexp.MustCompile(`[a-z_*]+\.go`).FindAllString(string(doc), -1) {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, "%s is gone", pattern)
		for _, file := range files {
			named[file] = true
		}
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if ok, _ := filepath.Match("*_test.go", file); !ok {
			require.True(t, named[file], "the package comment does not say what %s is for", file)
		}
	}
}
