package bindings_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

func TestLog(t *testing.T) {
	var live []bindings.Entry
	in := input(text(t, "x"))
	in.Log = func(e bindings.Entry) { live = append(live, e) }
	out, err := program(t, `on.text(function(msg)
  log.info("order", {id = 7, items = {"茶", 2}}, nil, true)
  print(msg.session, settings.shop, json.null, print)
  log.error("bad")
end)`).Answer(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, live, out.Log)
	require.Equal(t, []bindings.Entry{
		{Level: "info", Text: `order {id = 7, items = {"茶", 2}} nil true`, File: "main.lua", Line: 2},
		{Level: "info", Text: `{} {name = "茶铺"} json.null <function>`, File: "main.lua", Line: 3},
		{Level: "error", Text: "bad", File: "main.lua", Line: 4},
	}, out.Log)
}

func TestLogIsBounded(t *testing.T) {
	out := answer(t, program(t, `on.text(function() for i = 1, 1000 do print(("a"):rep(1000)) end return "ok" .. select("#", print("x")) end)`), text(t, "x"))
	require.Equal(t, "ok0", out.Reply.Content, "a line that is dropped gives nothing back either")
	require.LessOrEqual(t, len(out.Log), 66)
	require.Len(t, out.Warnings, 1)
	require.Contains(t, out.Warnings[0], "log")
}

// TestEdgeOfTheLog writes exactly what a turn may log; of one byte more, the line is dropped and the trace says so.
func TestEdgeOfTheLog(t *testing.T) {
	eng, err := theEngine()
	require.NoError(t, err)
	for _, n := range []int{99, 100, 101} {
		f := files{"main.lua": fmt.Sprintf(`on.text(function() log.info(("a"):rep(900)) print(("b"):rep(%d)) log.info("") return "ok" end)`, n)}
		p, err := bindings.Compile(t.Context(), eng, f.snapshot(), unhurried(engine.Limits{Log: 1000}), config())
		require.NoError(t, err)
		out, err := p.Answer(t.Context(), input(text(t, "x")))
		require.NoError(t, err)
		over := slices.ContainsFunc(out.Warnings, func(w string) bool { return strings.Contains(w, "log of this turn is over its 1000 bytes") })
		require.Equal(t, n > 1000-900, over)
		require.Equal(t, n <= 1000-900, len(out.Log) > 1)
	}
}
