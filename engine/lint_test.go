package engine_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

const linted = `local teas = require "lib.teas"
local count, cache = 0, {}
total = settings.shop.name
function helper(a) return a + missing end
local function fact(n) return n * fact(n - 1) end
on.text("hi", function(msg)
  count = count + 1
  cache[msg.openid] = { seen = count }
  cache.last.when = os.time()
  table.insert(cache, 1)
  local mine = {}
  mine.x, other = 1, 2
  msg.session.n = 3
  return ("%d " .. teas.name .. suffix):format(count)
end)
for i, v in pairs(list) do i = v end
function teas.add() teas.n = 1 end
function cache:put(k) self[k] = true self = nil end
repeat local done = true until done
flow("order", on_order, { timeout = "2h" }, 12, nil, true)
c:ask("what")[1]:more(...)
x = x
`

func TestLint(t *testing.T) {
	f, err := engine.Lint("main.lua", []byte(linted))
	require.NoError(t, err)
	at := func(name string, line int, inside bool) engine.Mention {
		return engine.Mention{Name: name, Line: line, Inside: inside}
	}

	require.Equal(t, []engine.Mention{at("lib.teas", 1, false)}, f.Requires)
	require.Equal(t, []engine.Mention{
		at("total", 3, false), at("helper", 4, false), at("other", 12, true), at("x", 22, false),
	}, f.Writes)
	require.Equal(t, []engine.Mention{
		at("count", 7, true), at("cache", 8, true), at("cache", 9, true), at("cache", 10, true), at("teas", 17, true),
	}, f.Kept, "what is lost with the turn; self and msg are not the top level's")
	require.Equal(t, []engine.Mention{
		at("require", 1, false), at("settings.shop.name", 3, false), at("missing", 4, true), at("on.text", 6, false),
		at("os.time", 9, true), at("table.insert", 10, true), at("suffix", 14, true), at("pairs", 16, false),
		at("list", 16, false), at("flow", 20, false), at("on_order", 20, false), at("c", 21, false), at("x", 22, false),
	}, f.Reads)

	var calls []string
	for _, c := range f.Calls {
		calls = append(calls, c.Name)
	}
	require.Equal(t, []string{"require", "fact", "on.text", "os.time", "table.insert", "pairs", "flow", "c:ask"}, calls)
	require.Equal(t, engine.Call{
		Mention: at("flow", 20, false), Bare: true,
		Args: []engine.Arg{
			{Kind: engine.ArgString, Text: "order"}, {Kind: engine.ArgName, Text: "on_order"}, {Kind: engine.ArgTable, Texts: []engine.FieldText{{"timeout", "2h", 20}}}, {Kind: engine.ArgNumber, Text: "12"}, {Kind: engine.ArgNil}, {Kind: engine.ArgBool, Text: "true"},
		},
	}, f.Calls[6])
	require.True(t, f.Calls[1].Local)
	require.False(t, f.Calls[0].Bare)
	require.False(t, f.Calls[3].Bare)
	require.True(t, f.Calls[4].Bare)
	require.True(t, f.Calls[7].Method)
	require.Equal(t, engine.ArgFunction, f.Calls[2].Args[1].Kind)
}

// TestLintReadsTheStringsOfTables, however deep they stand.
func TestLintReadsTheStringsOfTables(t *testing.T) {
	f, err := engine.Lint("main.lua", []byte("f{ 'a', [1] = 'b', x = 'c',\n y = { 'd', z = 'e', { z = 'f' } }, n = 1, ['k'] = g 'h', [i] = 'j' }"))
	require.NoError(t, err)
	require.Equal(t, []engine.FieldText{
		{"", "a", 1}, {"", "b", 1}, {"x", "c", 1}, {"y", "d", 2}, {"y.z", "e", 2}, {"y.z", "f", 2}, {"", "j", 2},
	}, f.Calls[0].Args[0].Texts)
}

// TestLintLooksEverywhere: a global is read wherever a value may stand.
func TestLintLooksEverywhere(t *testing.T) {
	f, err := engine.Lint("main.lua", []byte(`do g1() end
while g2 do g3() end
repeat g4() until g5
if g6 then g7() elseif g8 then g9() else g10() end if true then end
for i = g11, g12, g13 do g14() end
for k in g15() do g16() end
local a, b = g17, function() return g18 end
a.x, a[g19] = g20, g21
local function f(...) return g22 end
return g23 and g24 .. g25 + -g26 == not g27, (g28), { g29, a = g30, [g31] = g32 }, g33:m(g34)(g35)[g36].b`))
	require.NoError(t, err)
	var names []string
	for i, r := range f.Reads {
		require.Equal(t, r.Name == "g18" || r.Name == "g22", r.Inside, r.Name)
		names = append(names, r.Name)
		require.Equal(t, "g"+strconv.Itoa(i+1), r.Name)
	}
	require.Len(t, names, 36)
	require.Equal(t, 10, f.Reads[35].Line)
}

func TestLintOfWhatDoesNotParse(t *testing.T) {
	_, err := engine.Lint("main.lua", []byte("local = 1"))
	var bad *engine.ScriptError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, engine.ErrorSyntax, bad.Kind)
	require.Equal(t, 1, bad.Line)
}
