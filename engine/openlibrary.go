package engine

import lua "github.com/yuin/gopher-lua"

// openLibraries are those to which scripts may add names, as many a module does. Who adds them is the only one who sees them:
// they are gone with the turn.
var openLibraries = []string{"string", "table", "package"}

// openLibrary makes the face of a library to which names can be added. Those that it has are found as in any other; who asks
// for another, also as a method of a text, is sent to what the turn has added.
func openLibrary(name string, content *lua.LTable) *lua.LTable {
	more := newTable(0, 1)
	more.RawSetString("__index", newNative(func(L *lua.LState) int {
		v := lua.LValue(lua.LNil)
		if all := TurnOf(L).added[name]; all != nil {
			v = all.RawGet(L.Get(2))
		}
		L.Push(v)
		return 1
	}))
	content.Metatable = more
	l := &lock{proxy: Proxy{Name: name, NewIndex: func(L *lua.LState, t *Turn, key, v lua.LValue) { t.add(L, name, content, key, v) }}, fixed: content, open: true}
	return l.table(content)
}

// add gives a library a name for the rest of the turn. What the library has itself is never replaced: others count on it.
func (t *Turn) add(L *lua.LState, library string, content *lua.LTable, key, v lua.LValue) {
	name, ok := key.(lua.LString)
	if !ok || content.RawGet(key) != lua.LNil {
		refuseWrite(L, library, key)
	}
	all := t.added[library]
	if all == nil {
		all = newTable(0, 32)
		inOrder(content, all.RawSet)
		if t.added == nil {
			t.added = map[string]*lua.LTable{}
		}
		t.added[library] = all
	}
	t.passing = true // the top level must add it again for the next
	all.RawSetString(string(name), v)
}
