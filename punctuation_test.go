package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// halfWidth is punctuation of another script between two characters of Chinese.
var halfWidth = regexp.MustCompile(`[\p{Han}」』）”》][,;:?!][\p{Han}「『（“《]|\p{Han}\(\p{Han}`)

// TestChineseHasItsOwnPunctuation looks for half-width punctuation in Chinese that people read: the pages, the scripts that come with the
// program, and the texts of the program. Tables of data have commas between their columns.
func TestChineseHasItsOwnPunctuation(t *testing.T) {
	out, err := exec.Command("git", "ls-files").Output()
	if err != nil {
		out, err = exec.Command("find", ".", "-type", "f", "-not", "-path", "./.git/*", "-printf", "%P\n").Output()
	}
	require.NoError(t, err)
	for _, name := range strings.Fields(string(out)) {
		switch {
		case strings.HasSuffix(name, ".zh-CN.md"), strings.HasPrefix(name, "scripts/") && !strings.HasSuffix(name, ".csv"):
			body, err := os.ReadFile(name)
			require.NoError(t, err)
			for n, line := range strings.Split(string(body), "\n") {
				wellWritten(t, name, n+1, line)
			}
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			textsOfProgram(t, name)
		}
	}
}

func wellWritten(t *testing.T, name string, line int, text string) {
	t.Helper()
	if found := halfWidth.FindString(text); found != "" {
		t.Errorf("%s:%d: half-width punctuation between Chinese: %s", name, line, found)
	}
}

// textsOfProgram looks at the strings of a file of Go.
func textsOfProgram(t *testing.T, name string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, is := n.(*ast.BasicLit); is && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			wellWritten(t, name, files.Position(lit.Pos()).Line, text)
		}
		return true
	})
}
