package bindings

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// maxGiven is how deep an answer of WeChat may be nested.
const maxGiven = 64

// give turns plain data into a Lua value by copy and charges the turn for it, as engine.Turn.Push does, but
// lists remember that they are lists, so that an empty one is [] in JSON.
func (c call) give(v any) lua.LValue { return c.giveAt(v, 0) }

func (c call) giveAt(v any, depth int) lua.LValue {
	if depth > maxGiven {
		c.fail("the answer is nested deeper than %d", maxGiven)
	}
	switch v := v.(type) {
	case []any:
		c.turn.Steps(c.L, len(v))
		if len(v) >= lua.MaxArrayIndex {
			c.fail("the answer has a list of %d items", len(v))
		}
		tb := c.L.CreateTable(len(v), 0)
		for _, item := range v {
			tb.Append(c.giveAt(item, depth+1))
		}
		markList(tb)
		return tb
	case map[string]any:
		c.turn.Steps(c.L, len(v))
		tb := c.L.CreateTable(0, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			c.turn.Bytes(c.L, len(k))
			tb.RawSetString(k, c.giveAt(v[k], depth+1))
		}
		return tb
	}
	return c.turn.Push(c.L, v)
}
