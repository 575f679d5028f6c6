package bindings_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

func TestMisspeltNamesGetAHint(t *testing.T) {
	tests := []struct{ main, hint string }{
		{`on.txt("a", "b")`, "did you mean on.text?"},
		{`on.subscrib("b")`, "did you mean on.subscribe?"},
		{`onn.text("a", "b")`, "did you mean on?"},
		{`ontext("a", "b")`, "did you mean on.text?"},
		{`onText("a", "b")`, "did you mean on.text?"},
		{`on_text("a", "b")`, "did you mean on.text?"},
		{`on:text("a", "b")`, "write a dot, not a colon: on.text(…)"},
		{`on.text("a", reply:text("b"))`, "write a dot, not a colon: reply.text(…)"},
		{`local s = string:upper("b")`, "write a dot, not a colon: string.upper(…)"},
		{`on.text("a", reply.txt("b"))`, "did you mean reply.text?"},
	}
	for _, tt := range tests {
		t.Run(tt.main, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": tt.main}, config())
			var e *engine.ScriptError
			require.True(t, errors.As(err, &e))
			require.Equal(t, 1, e.Line)
			require.Equal(t, tt.hint, e.Hint)
		})
	}
}

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
