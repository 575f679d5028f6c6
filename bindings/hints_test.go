package bindings_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Errors that we make in WeChat's place say what to do, in both languages, as WeChat's own do.
func TestOwnErrorsHaveHintsInBothLanguages(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if s, ok := lit.Type.(*ast.SelectorExpr); !ok || s.Sel.Name != "Error" {
				return true
			}
			found++
			fields := map[string]bool{}
			for _, e := range lit.Elts {
				fields[e.(*ast.KeyValueExpr).Key.(*ast.Ident).Name] = true
			}
			require.True(t, fields["Hint"] && fields["HintZH"], "%s", set.Position(lit.Pos()))
			return true
		})
	}
	require.Positive(t, found)
}
