package llm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
)

// TestTangledTextIsShownAsItIs: what would cost a parser of Markdown seconds costs it nothing.
func TestTangledTextIsShownAsItIs(t *testing.T) {
	for _, unit := range []string{"![](", "[a](", "> ", "<a "} {
		text := strings.TrimSpace(strings.Repeat(unit, 80<<10/len(unit)))
		require.True(t, strings.ReplaceAll(text, "<a", "＜a") == llm.Plain(text), unit)
	}
	require.Equal(t, strings.Repeat("[", 2000), llm.Plain(strings.Repeat("[", 2000)))
	require.Equal(t, strings.Repeat(">", 400), llm.Plain(strings.Repeat(">", 400)))
}
