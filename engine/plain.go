package engine

import lua "github.com/yuin/gopher-lua"

// Caps bound what is copied out of a VM. A zero field means its default.
type Caps struct {
	Depth int // tables in tables: 16
	Count int // values in all: 10,000
	Bytes int // of all strings and keys together: 1 MiB
}

// Push turns plain data into a Lua value by copy and charges it. It raises when the data is too large.
func (t *Turn) Push(L *lua.LState, v any) lua.LValue { panic("being written") }

// FromLua copies a Lua value out as plain data: nil, bool, float64, string, []any for a table with keys
// 1..n, map[string]any for one with string keys (and for an empty one). The error names the path of what
// does not fit: `value.items[3].fn is a function; …`.
func (t *Turn) FromLua(v lua.LValue, c Caps) (any, error) { panic("being written") }
