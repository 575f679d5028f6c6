package bindings_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// TestThePackageCommentIsAMap holds the map of the package against its files: each is named there or is the file of a
// library, and what is named exists.
func TestThePackageCommentIsAMap(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	mapped := map[string]bool{"doc.go": true}
	for _, name := range regexp.MustCompile(`\w+\.go\b`).FindAllString(string(doc), -1) {
		require.FileExists(t, name)
		mapped[name] = true
	}
	for _, f := range bindings.Functions() {
		library, _, inLibrary := strings.Cut(f.Name, ".")
		if inLibrary {
			require.FileExists(t, library+".go", f.Name)
			mapped[library+".go"] = true
		}
	}
	all, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range all {
		require.True(t, mapped[name] || strings.HasSuffix(name, "_test.go"), "doc.go does not say what %s is for", name)
	}
}
