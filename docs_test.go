package main_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

var update = flag.Bool("update", false, "write the generated pages of docs/ anew")

// TestReferenceIsCurrent keeps the reference pages equal to the table that scripts are served from.
// go test -run TestReferenceIsCurrent . -update writes them.
func TestReferenceIsCurrent(t *testing.T) {
	for lang, page := range map[string]string{"en": "docs/reference.md", "zh": "docs/reference.zh-CN.md"} {
		want := bindings.Reference(lang)
		if *update {
			require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		}
		got, err := os.ReadFile(page)
		require.NoError(t, err)
		require.Equal(t, want, string(got), "%s is not what the table says", page)
	}
}

// TestLinksLead follows every relative link of every page.
func TestLinksLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	decisions, err := filepath.Glob("docs/decisions/*.md")
	require.NoError(t, err)
	for _, page := range append(append(pages, decisions...), "README.md", "README.zh-CN.md", "CHANGELOG.md") {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(body), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
			require.NoError(t, err, "%s links to %s", page, m[1])
		}
	}
}

// TestPagesComeInTwoLanguages wants a Chinese page beside every English guide.
func TestPagesComeInTwoLanguages(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, page := range pages {
		other := strings.TrimSuffix(page, ".md") + ".zh-CN.md"
		if before, chinese := strings.CutSuffix(page, ".zh-CN.md"); chinese {
			other = before + ".md"
		}
		require.FileExists(t, other)
	}
}
