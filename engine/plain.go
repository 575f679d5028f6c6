package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// Caps bound what is copied out of a VM. A zero field means its default.
type Caps struct {
	Depth int // tables in tables: 16
	Count int // values in all: 10,000
	Bytes int // of all strings and keys together: 1 MiB
}

func (c Caps) orDefaults() Caps {
	if c.Depth == 0 {
		c.Depth = 16
	}
	if c.Count == 0 {
		c.Count = 10_000
	}
	if c.Bytes == 0 {
		c.Bytes = 1 << 20
	}
	return c
}

// maxPushDepth bounds what Go may hand in; deeper data is a bug of the caller or an attack by its source.
const maxPushDepth = 64

// Push turns plain data into a Lua value by copy and charges it: a step and its bytes for each value. It
// raises when the data is too large or nested deeper than 64. Integers of any Go type become numbers.
func (t *Turn) Push(L *lua.LState, v any) lua.LValue { return t.push(L, v, 0) }

func (t *Turn) push(L *lua.LState, v any, depth int) lua.LValue {
	t.Steps(L, 1)
	if depth > maxPushDepth {
		t.Fail(L, "the data is nested deeper than %d", maxPushDepth)
	}
	switch v := v.(type) {
	case string:
		t.Bytes(L, len(v))
		return lua.LString(v)
	case []any:
		tb := newTable(len(v), 0)
		for i, item := range v {
			tb.RawSetInt(i+1, t.push(L, item, depth+1))
		}
		return tb
	case []string:
		tb := newTable(len(v), 0)
		for i, item := range v {
			tb.RawSetInt(i+1, t.push(L, item, depth+1))
		}
		return tb
	case map[string]any:
		tb := newTable(0, len(v))
		for _, k := range sortedKeys(v) {
			t.Bytes(L, len(k))
			tb.RawSetString(k, t.push(L, v[k], depth+1))
		}
		return tb
	}
	return plainValue(v)
}

// plainValue turns a Go value without parts into a Lua value; nil for anything else.
func plainValue(v any) lua.LValue {
	switch v := v.(type) {
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	case int:
		return lua.LNumber(v)
	case int64:
		return lua.LNumber(v)
	case uint64:
		return lua.LNumber(v)
	case string:
		return lua.LString(v)
	}
	return lua.LNil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// FromLua copies a Lua value out as plain data: nil, bool, float64, string, []any for a table with keys
// 1..n, map[string]any for one with string keys (and for an empty one). The error names the path of what
// does not fit: `items[3].fn: is a function; …`.
func (t *Turn) FromLua(v lua.LValue, c Caps) (any, error) {
	x := &copier{turn: t, left: c.orDefaults()}
	return x.value(v, "", 0)
}

// copier counts what is left of the caps.
type copier struct {
	turn *Turn
	left Caps
}

// pathError says which part of a value is no plain data. Path is "" for the value itself.
type pathError struct{ Path, Reason string }

func (e *pathError) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return e.Path + ": " + e.Reason
}

func (x *copier) value(v lua.LValue, path string, depth int) (any, error) {
	if x.left.Count--; x.left.Count < 0 {
		return nil, &pathError{path, "too many values"}
	}
	switch v := v.(type) {
	case *lua.LNilType:
		return nil, nil
	case lua.LBool:
		return bool(v), nil
	case lua.LNumber:
		return float64(v), nil
	case lua.LString:
		return string(v), x.bytes(len(v), path)
	case *lua.LTable:
		if depth >= x.left.Depth {
			return nil, &pathError{path, fmt.Sprintf("tables are nested deeper than %d; does one contain itself?", x.left.Depth)}
		}
		return x.table(beneath(x.turn, v), path, depth+1)
	}
	return nil, &pathError{path, fmt.Sprintf("is a %s; plain data is nil, boolean, number, string, or a table of these", v.Type())}
}

func (x *copier) bytes(n int, path string) error {
	if x.left.Bytes -= n; x.left.Bytes < 0 {
		return &pathError{path, "too much text"}
	}
	return nil
}

// table decides by the first key what the table is, and holds it to that.
func (x *copier) table(tb *lua.LTable, path string, depth int) (any, error) {
	if n := tb.Len(); n > 0 {
		return x.list(tb, n, path, depth)
	}
	out := map[string]any{}
	key, v := tb.Next(lua.LNil)
	for ; key != lua.LNil; key, v = tb.Next(key) {
		k, ok := key.(lua.LString)
		if !ok {
			return nil, &pathError{path + keyPath(key), "keys must be strings, or 1, 2, 3 … without holes"}
		}
		if err := x.bytes(len(k), path); err != nil {
			return nil, err
		}
		item, err := x.value(v, path+keyPath(key), depth)
		if err != nil {
			return nil, err
		}
		out[string(k)] = item
	}
	return out, nil
}

func (x *copier) list(tb *lua.LTable, n int, path string, depth int) (any, error) {
	if n > x.left.Count {
		return nil, &pathError{path, "too many values"}
	}
	out := make([]any, n)
	for i := range out {
		v := tb.RawGetInt(i + 1)
		if v == lua.LNil {
			return nil, &pathError{fmt.Sprintf("%s[%d]", path, i+1), "is a hole in the list"}
		}
		item, err := x.value(v, fmt.Sprintf("%s[%d]", path, i+1), depth)
		if err != nil {
			return nil, err
		}
		out[i] = item
	}
	if key, _ := tb.Next(lua.LNumber(n)); key != lua.LNil {
		return nil, &pathError{path + keyPath(key), "a list has no other keys than 1, 2, 3 … without holes"}
	}
	return out, nil
}

// keyPath writes a key as the script would: .name, [3], ["two words"].
func keyPath(key lua.LValue) string {
	switch k := key.(type) {
	case lua.LString:
		if isName(string(k)) {
			return "." + string(k)
		}
		return fmt.Sprintf("[%q]", shorten(string(k), 40))
	case lua.LNumber:
		if float64(k) == math.Trunc(float64(k)) {
			return fmt.Sprintf("[%d]", int64(k))
		}
	}
	return "[" + key.Type().String() + "]"
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
