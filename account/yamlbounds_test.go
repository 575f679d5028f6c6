package account_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
)

// hostileYAML are files of the largest size whose reading cost the YAML library seconds and gigabytes.
var hostileYAML = []struct{ name, body, want string }{
	{"lists in brackets", "settings: {a: " + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + "}\n", "1: is nested deeper than 32 levels"},
	{"brackets that are never closed", "settings: " + strings.Repeat("[", 120_000), "1: is nested deeper than 32 levels"},
	{"brackets, one a line", "settings: [\n" + strings.Repeat("[\n", 4_000), "32: is nested deeper than 32 levels"},
	{"brackets that texts seem to close", "settings: " + strings.Repeat(`["]", `, 5_000), "1: is nested deeper than 32 levels"},
	{"maps in braces", "settings: " + strings.Repeat("{a: ", 20_000), "1: is nested deeper than 32 levels"},
	{"dashes in one line", "settings:\n  a:\n    " + strings.Repeat("- ", 50_000) + "1\n", "3: is nested deeper than 32 levels"},
	{"keys, each further to the right", indented(400), "33: is nested deeper than 32 levels"},
	{"blank lines of a text", "settings:\n  a: |\n" + strings.Repeat("\n", 120_000), "5001: is one line too many; at most 5000 are allowed, and long tables belong into data/"},
	{"old line ends", "settings:\n  a: |\n" + strings.Repeat("\r", 120_000), "5001: is one line too many; at most 5000 are allowed, and long tables belong into data/"},
	{"empty lists", "settings: [" + strings.Repeat("[],", 40_000) + "1]\n", "1: has more than 5000 keys and items up to here; long tables belong into data/"},
	{"keys in one line", "settings: {" + strings.Repeat("a: 1, ", 20_000) + "}\n", "1: has more than 5000 keys and items up to here; long tables belong into data/"},
	{"a key of many bytes above many values", "settings:\n  " + strings.Repeat("k", 60_000) + ": {" + strings.Repeat("a: 1, ", 4_000) + "}\n", "2: a key has 60000 bytes; at most 256 are allowed"},
	{"such a key behind a question mark", "settings:\n  ? |\n   " + strings.Repeat("k", 60_000) + "\n  : {a: 1}\n", "2: keys that begin with ? are not read here; write key: value"},
	{"a list as a key", "settings:\n  [" + strings.Repeat("k", 60_000) + "]: {a: 1}\n", "2: a list or a map cannot be a key"},
	{"anchors", "a: &a [1]\nb: &b [*a, *a, *a, *a]\n", "1: anchors, aliases and tags are not read here; write the value out"},
	{"a file of too many bytes", "settings: {a: " + strings.Repeat("x", 128<<10) + "}\n", " has more than 128 KiB, which is all that is read here"},
}

func indented(depth int) string {
	var b strings.Builder
	b.WriteString("settings:\n")
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

func TestYAMLIsBoundBeforeItIsParsed(t *testing.T) {
	for _, tt := range hostileYAML {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := account.Load("demo", []byte(tt.body), resolver(), account.Options{Dev: true})
			runtime.ReadMemStats(&after)
			require.EqualError(t, err, "account.yaml:"+tt.want)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "bytes for %d of them", len(tt.body))
		})
	}
}

func TestYAMLOfThePermittedSizeIsRead(t *testing.T) {
	var keys strings.Builder
	for i := range 4_900 {
		fmt.Fprintf(&keys, "  key%d: %d\n", i, i)
	}
	for _, tt := range []struct{ name, body string }{
		{"many keys", "settings:\n" + keys.String()},
		{"many items", "settings: {a: [" + strings.Repeat("1, ", 4_900) + "1]}\n"},
		{"deep brackets", "settings: {a: " + strings.Repeat("[", 29) + strings.Repeat("]", 29) + "}\n"},
		{"deep keys", indented(31)},
		{"brackets in texts", "settings:\n  a: \"" + strings.Repeat("[", 1000) + "\"\n  b: |\n    " + strings.Repeat("[{", 1000) + "\n  c: '" + strings.Repeat("{", 1000) + "'\n"},
		{"a long text", "settings: {a: " + strings.Repeat("x", 120_000) + "}\n"},
		{"blank lines of a text", "settings:\n  a: |\n" + strings.Repeat("\n", 4_900) + "    x\n"},
		{"steps back and forth", "settings:\n" + strings.Repeat("  a1:\n   b1:\n    c1: 1\n  a2:\n   b2: 1\n", 1)},
		{"lists of maps", "settings:\n  list:\n" + strings.Repeat("  - a: 1\n    b:\n    - c\n", 900)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := account.Load("demo", []byte(tt.body), resolver(), account.Options{Dev: true})
			runtime.ReadMemStats(&after)
			require.NoError(t, err)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<20))
		})
	}
}

func TestWhatAFileSaysIsCutShort(t *testing.T) {
	_, _, err := account.Load("demo", []byte("kind: "+strings.Repeat("好", 30_000)+"\n"), resolver(), account.Options{Dev: true})
	require.ErrorContains(t, err, "account.yaml:1: kind: ")
	require.Less(t, len(err.Error()), 400)
	var config *account.ConfigError
	require.ErrorAs(t, err, &config)
	require.Less(t, len(config.Excerpt()), 400)
}

func FuzzYAMLBounds(f *testing.F) {
	for _, tt := range hostileYAML {
		f.Add([]byte(tt.body[:min(len(tt.body), 200)]))
	}
	f.Add([]byte(fullYAML))
	f.Fuzz(func(t *testing.T, body []byte) {
		tree, line, why := account.ParseYAML(body, nil)
		require.True(t, (tree == nil) == (why != ""))
		require.GreaterOrEqual(t, line, 0)
	})
}
