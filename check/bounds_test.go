package check_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/check"
	"moonwire/folder"
	"moonwire/internal/luaprogram"
)

// texts looks over a script without running it.
func texts(t *testing.T, c *checker, main string) []check.Finding {
	t.Helper()
	snap := &folder.Snapshot{Account: "shop", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(main)}}}
	found, err := check.Texts(t.Context(), c.set, snap, check.Options{})
	require.NoError(t, err)
	return found
}

// TestRandomProgramsAreLookedOver whole: no program that the language knows stops the look.
func TestRandomProgramsAreLookedOver(t *testing.T) {
	c := newChecker(t)
	for seed := range uint64(400) {
		chance := rand.New(rand.NewPCG(seed, 1))
		program := luaprogram.New(chance).Text()
		texts(t, c, program)
		texts(t, c, "on.text(function(msg)\n"+program+"\nend)")
		texts(t, c, luaprogram.Mutate(program, chance)) // most do not parse
	}
}

// BenchmarkTexts is what a save costs beside its load.
func BenchmarkTexts(b *testing.B) {
	t := &testing.T{}
	c := newChecker(t)
	rule := "on.text(\"a%d\", function(msg)\n  local n = (msg.session.n or 0) + 1\n  msg.session.n = n\n  if n > 3 then return reply.text(\"x\" .. msg.content) end\n  return store.get(\"k\") or \"y\"\nend)\n"
	snap := &folder.Snapshot{Account: "shop", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(strings.Repeat(rule, 600))}}}
	for b.Loop() {
		_, _ = check.Texts(b.Context(), c.set, snap, check.Options{})
	}
}
