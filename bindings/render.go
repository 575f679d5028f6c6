package bindings

import (
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const (
	renderDepth = 4  // tables in tables that a log line shows
	renderItems = 50 // of one table
	renderKeys  = 1_000
)

// render writes a value for a person: tables as Lua would write them, functions and the like by what they
// are. It calls nothing of the script.
func (c call) render(b *strings.Builder, v lua.LValue) { c.renderAt(b, v, 0) }

func (c call) renderAt(b *strings.Builder, v lua.LValue, depth int) {
	switch v := v.(type) {
	case lua.LString:
		c.renderText(b, string(v), depth)
	case lua.LNumber, lua.LBool, *lua.LNilType:
		b.WriteString(valueText(v))
	case *lua.LTable:
		if depth == renderDepth {
			b.WriteString("{…}")
			return
		}
		c.renderTable(b, c.open(v), depth)
	default:
		if v == jsonNull {
			b.WriteString("json.null")
			return
		}
		b.WriteString("<" + strings.TrimPrefix(describe(v), "a ") + ">")
	}
}

func (c call) renderText(b *strings.Builder, s string, depth int) {
	if depth > 0 {
		b.WriteString(quote(s))
		return
	}
	b.WriteString(cutText(s, maxLine+1))
}

func (c call) renderTable(b *strings.Builder, tb *lua.LTable, depth int) {
	b.WriteByte('{')
	shown := 0
	item := func(key string, v lua.LValue) bool {
		if shown == renderItems || b.Len() > maxLine {
			b.WriteString(", …")
			return false
		}
		if shown++; shown > 1 {
			b.WriteString(", ")
		}
		b.WriteString(key)
		c.renderAt(b, v, depth+1)
		return true
	}
	n := tb.Len()
	for i := 1; i <= n; i++ {
		if !item("", tb.RawGetInt(i)) {
			break
		}
	}
	rest := map[string]lua.LValue{}
	var names []string
	walked := 0
	tb.ForEach(func(k, v lua.LValue) {
		walked++
		if i, ok := k.(lua.LNumber); ok && isInteger(i) && i >= 1 && int(i) <= n {
			return
		}
		if len(names) == renderKeys {
			return // of so many, those first met will do
		}
		name := keyText(k)
		if _, twice := rest[name]; !twice {
			names = append(names, name)
		}
		rest[name] = v
	})
	c.turn.Steps(c.L, walked+len(names))
	sort.Strings(names)
	for _, name := range names {
		if !item(name+" = ", rest[name]) {
			break
		}
	}
	b.WriteByte('}')
}
