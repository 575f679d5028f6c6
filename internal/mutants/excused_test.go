package main_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExcusesHaveTheirLines: code that moves or changes takes its excuses with it, or ends them.
func TestExcusesHaveTheirLines(t *testing.T) {
	list, err := os.Open("excused.txt")
	require.NoError(t, err)
	defer list.Close()
	oneBlank := func(line string) string { return strings.Join(strings.Fields(line), " ") }
	known := map[string]map[string]bool{}
	for scan := bufio.NewScanner(list); scan.Scan(); {
		file, rest, is := strings.Cut(scan.Text(), ": ")
		if !is || strings.HasPrefix(file, "#") {
			continue
		}
		if known[file] == nil {
			known[file] = map[string]bool{}
			body, err := os.ReadFile(filepath.Join("..", "..", file))
			require.NoError(t, err)
			for line := range strings.Lines(string(body)) {
				known[file][oneBlank(line)] = true
			}
		}
		before, _, is := strings.Cut(rest, " → ")
		require.True(t, is, scan.Text())
		require.True(t, known[file][oneBlank(before)], "%s has no such line any more: %s", file, before)
	}
	require.NotEmpty(t, known)
}
