package bindings_test

import (
	"errors"
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
