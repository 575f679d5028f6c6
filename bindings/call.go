package bindings

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// call is one call of a function of the table: its arguments, and the turn it acts for.
type call struct {
	arguments
	state *state
	given int // arguments; natives may push more onto the stack
}

func callOf(L *lua.LState, t *engine.Turn, f *Function) call {
	s := stateOf(t)
	return call{arguments{L: L, turn: t, fn: f, taken: &s.read}, s, 0}
}

// push gives one value back.
func (c call) push(v lua.LValue) int {
	c.L.Push(v)
	return 1
}

// pushText charges for a produced string and gives it back.
func (c call) pushText(s string) int {
	c.turn.Bytes(c.L, len(s))
	c.L.Push(lua.LString(s))
	return 1
}

// maxAnswerDepth is how deep an answer of WeChat may be nested.
const maxAnswerDepth = 64

// toLua turns plain data into a Lua value by copy and charges the turn for it, as engine.Turn.Push does, but
// lists remember that they are lists, so that an empty one is [] in JSON.
func (c call) toLua(v any) lua.LValue { return c.toLuaAt(v, 0) }

func (c call) toLuaAt(v any, depth int) lua.LValue {
	if depth > maxAnswerDepth {
		c.fail("the answer is nested deeper than %d", maxAnswerDepth)
	}
	switch v := v.(type) {
	case []any:
		c.turn.Steps(c.L, len(v))
		if len(v) >= lua.MaxArrayIndex {
			c.fail("the answer has a list of %d items", len(v))
		}
		tb := c.L.CreateTable(len(v), 0)
		for _, item := range v {
			tb.Append(c.toLuaAt(item, depth+1))
		}
		markList(tb)
		return tb
	case map[string]any:
		c.turn.Steps(c.L, len(v))
		tb := c.L.CreateTable(0, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			c.turn.Bytes(c.L, len(k))
			tb.RawSetString(k, c.toLuaAt(v[k], depth+1))
		}
		return tb
	}
	return c.turn.Push(c.L, v)
}
