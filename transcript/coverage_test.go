package transcript_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/transcript"
)

// TestCoverage says which lines never ran, in coroutines and flows too, which rules never answered and what nobody was asked.
func TestCoverage(t *testing.T) {
	dir := lay(t, files{
		"shop/main.lua": `local lib = require "lib.a"
local order = flow("order", function(c)
  local n = c:ask("how many?")
  if n == "0" then
    return c:confirm("really?") and "none" or "then not"
  end
  return n
end)
on.text("order", order)
on.text("a", function() return lib.a() end)
on.text("b", function()
  return lib.b()
end)
on.text("co", function()
  return coroutine.wrap(function()
    return "in it"
  end)()
end)
on.unsubscribe(function() log.info("gone") end)
on.text("none", "never")
on.before(function() return nil end)
on.text("a2", function() return nil end)
on.has("a2", "the second")`,
		"shop/lib/a.lua": `local M = {}
function M.a() return "a" end
function M.b()
  return "b"
end
return M`,
		"shop/account.yaml": service,
		"shop/tests/a.chat": "amy: a2\nbot: the second\namy: a\nbot: a\namy: co\nbot: in it\namy: order\nbot: how many?\namy: 2\nbot: 2\namy: [unsubscribe]\n",
		"shop/tests/b.chat": "-- save main.lua <<\n\n\n\n\non.text('none', function() return 'x' end)\n>>\namy: none\nbot: x\n",
	})
	r, err := transcript.NewRunner(transcript.Options{Coverage: true})
	require.NoError(t, err)
	found, err := transcript.Find(dir, "shop")
	require.NoError(t, err)
	for _, f := range found {
		passes(t, r.Run(t.Context(), f)[0])
	}
	c, err := r.Coverage(t.Context(), dir, "shop")
	require.NoError(t, err)
	require.Equal(t, []transcript.Missed{{File: "lib/a.lua", Lines: []int{4}}, {File: "main.lua", Lines: []int{5, 12}}}, c.Missed)
	require.Equal(t, []string{`3: main.lua:11 on.text("b")`, `6: main.lua:20 on.text("none")`, `8: main.lua:22 on.text("a2")`}, c.Silent)
	require.Equal(t, []string{"main.lua:5 「really?」"}, c.Unasked)
	require.Equal(t, []int{9, 2}, []int{c.Rules, c.Questions})
	var b strings.Builder
	c.Print(&b)
	require.Contains(t, b.String(), "6 of 9 rules answered, 1 of 2 questions were asked\n")
	require.Contains(t, b.String(), "  never ran       main.lua: 5, 12\n")
	require.Contains(t, b.String(), `never answered  rule 3: main.lua:11 on.text("b")`)

	plain, err := transcript.NewRunner(transcript.Options{})
	require.NoError(t, err)
	_, err = plain.Coverage(t.Context(), dir, "shop")
	require.Error(t, err)
}
