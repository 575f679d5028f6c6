package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// What a function goes over is charged, of sizes below the step between two looks at the meter too: a script could
// call it in a loop. Each is called for something of 100 and of 900, and the second must cost so much more.
func TestTheLibraryChargesForSmallThingsToo(t *testing.T) {
	l := newLab(t, engine.Native{Name: "used", Fn: func(L *lua.LState) int {
		n, _, _ := engine.TurnOf(L).Used()
		L.Push(lua.LNumber(n))
		return 1
	}})
	cost := func(t *testing.T, call string) int {
		rows, err := l.run(t, `
			local order = { __lt = function(a, b) return a.n < b.n end }
			local function cost(n)
				local t, tables, s = {}, {}, ("a"):rep(n)
				for i = 1, n do t[i] = i tables[i] = setmetatable({ n = i }, order) end
				local before = used()
				local _ = `+call+`
				return used() - before
			end
			emit(cost(900) - cost(100))`)
		require.NoError(t, err)
		return int(rows[0][0].(lua.LNumber))
	}
	for _, c := range []struct {
		call  string // of the list t or the text s
		least int    // instructions
	}{
		{`table.maxn(t)`, 800},
		{`table.concat(t)`, 800},
		{`table.insert(t, 1, 0)`, 50},
		{`table.remove(t, 1)`, 50},
		{`table.sort(t)`, 800},
		{`table.sort(t, function(a, b) return a < b end)`, 1600},
		{`table.sort(tables)`, 800},
		{`unpack(t)`, 800},
		{`rawset({}, n, 1)`, 50},
		{`s:byte(1, -1)`, 800},
		{`s:lower()`, 12},
		{`s:upper()`, 12},
		{`s:reverse()`, 12},
		{`s:rep(2)`, 24},
		{`s:sub(2, -2)`, 12},
		{`s .. s`, 24},
		{`table.concat({ s, s })`, 24},
		{`s:gsub("b", "c")`, 12},
		{`s:find("b", 1, true)`, 12},
		{`s:find("a*b")`, 800},
		{`s:gsub("a", "b")`, 800},
		{`string.format(s)`, 50},
		{`string.format("%q", s)`, 100},
		{`tonumber(s)`, 100},
		{`tonumber(s, 16)`, 100},
		{`os.date(s, 0)`, 200},
	} {
		t.Run(c.call, func(t *testing.T) { require.GreaterOrEqual(t, cost(t, c.call), c.least) })
	}
	for _, call := range []string{`s:find(".*", -1)`, `s:find("a*", -1)`, `s:sub(1, 1)`, `s:byte(-1)`, `unpack(t, n)`, `table.concat(t, "", n)`, `table.insert(t, 0)`, `table.remove(t)`} {
		t.Run(call+" looks at one", func(t *testing.T) { require.Less(t, cost(t, call), 5) })
	}
}
