package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestWeights holds what each kind of value weighs, about, in bytes: memory that is not weighed is memory without a
// limit. A weight is a decision: whoever changes one changes this list.
func TestWeights(t *testing.T) {
	l := newLab(t, engine.Native{Name: "weighed", Fn: func(L *lua.LState) int {
		L.Push(lua.LNumber(engine.Weighed(engine.TurnOf(L))))
		return 1
	}}, engine.Native{Name: "box", Fn: func(L *lua.LState) int {
		L.Push(&lua.LUserData{Value: &boxed{}, Metatable: lua.LNil})
		return 1
	}})
	for _, tt := range []struct {
		name, value string
		want        int
	}{
		{"nothing", `nil`, 0},
		{"a boolean", `true`, 0},
		{"a number", `7`, 16},
		{"a short text", `("a"):rep(10)`, 26},
		{"a text of sixty-four", `("a"):rep(64)`, 80},
		{"a long text", `("a"):rep(1000)`, 1016},
		{"a long text twice", `(function() local s = ("a"):rep(1000) return { s, s } end)()`, 1192},
		{"a short text twice", `(function() local s = ("a"):rep(60) return { s, s } end)()`, 312},
		{"a long piece that was cut", `(function() local _ = ("a"):rep(3000):sub(2) return nil end)()`, 2999},
		{"an empty table", `{}`, 192},
		{"a list of one", `{ 1 }`, 160},
		{"a list of three", `{ 1, 2, 3 }`, 224},
		{"a list of a hundred", `list(100)`, 4016},
		{"a name", `{ a = 1 }`, 761},
		{"eight names", `names(8)`, 1064},
		{"nine names", `names(9)`, 2378},
		{"a hundred names", `names(100)`, 25884},
		{"a key that is no text", `{ [true] = 1 }`, 744},
		{"a table in itself", `(function() local t = {} t[1] = t return t end)()`, 192},
		{"tables in tables", `{ { {} } }`, 480},
		{"a metatable", `setmetatable({}, {})`, 384},
		{"a function", `(function() return function() end end)()`, 112},
		{"a closure", `(function() local a, b = 1, 2 return function() return a, b end end)()`, 304},
		{"two closures of a variable", `(function() local a = 1 return { function() return a end, function() return a end } end)()`, 488},
		{"a closure of a text", `(function() local a = ("a"):rep(1000) return function() return a end end)()`, 1208},
		{"an iterator of gmatch", `("a"):rep(1000):gmatch("a")`, 2261},
		{"a coroutine", `coroutine.create(function() end)`, 11048},
		{"a coroutine under way", `(function() local c = coroutine.create(function(a) local b = ("b"):rep(1000) coroutine.yield(a, b) end) coroutine.resume(c, 1) return c end)()`, 12832},
		{"a coroutine that is over", `(function() local c = coroutine.create(function() end) coroutine.resume(c) return c end)()`, 11048},
		{"a wrapped coroutine", `coroutine.wrap(function() end)`, 12196},
		{"a function of the library", `string.rep`, 368},
		{"a library", `string`, 0},
		{"a value of Go's", `box()`, 1128},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := l.run(t, `
				local function list(n) local t = {} for i = 1, n do t[i] = i end return t end
				local function names(n) local t = {} for i = 1, n do t["k" .. i] = i end return t end
				local keep
				local before = weighed()
				keep = `+tt.value+`
				local after = weighed()
				emit(after - before)`)
			require.NoError(t, err)
			got := int(rows[0][0].(lua.LNumber)) - 16 // the first weight itself
			if strings.Contains(tt.name, "hundred") || strings.Contains(tt.name, "nine") {
				require.InEpsilon(t, tt.want, got, 0.2, "how lists grow is Go's affair")
				return
			}
			require.Equal(t, tt.want, got)
		})
	}
}
