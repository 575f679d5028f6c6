package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestASecondAnswerIsWarnedOfOnce returns several values; what is no answer passes in silence.
func TestASecondAnswerIsWarnedOfOnce(t *testing.T) {
	for _, tc := range []struct {
		name, returns string
		warned        bool
	}{
		{"two texts", `"a", "b"`, true},
		{"a text and a reply", `"a", reply.image("M")`, true},
		{"nothing and a text", `nil, "b"`, true},
		{"one", `"a"`, false},
		{"what gsub counts", `("a"):gsub("a", "b")`, false},
		{"nothing and an err", `nil, {code = 1}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := program(t, "on.text(function(msg) return "+tc.returns+" end)")
			first, second := answer(t, p, text(t, "x")), answer(t, p, text(t, "x"))
			require.Empty(t, second.Warnings)
			if !tc.warned {
				require.Empty(t, first.Warnings)
				return
			}
			require.Len(t, first.Warnings, 1)
			require.Regexp(t, `^main.lua:1 on.text returned two values \((text|nil), (text|image)\); only the first is an answer`, first.Warnings[0])
		})
	}
}
