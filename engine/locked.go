package engine

import lua "github.com/yuin/gopher-lua"

// Proxy is a table that scripts can read and walk, but whose content is Go's. Functions of a proxy given to
// NewSet run for every VM and find their state by the turn.
type Proxy struct {
	Name string // as error messages call it: "msg"
	// Beside says that it shows the functions of the library of its name, too. It has an Index and an All.
	Beside bool

	// Index answers a read; lua.LNil for an absent key. nil: reads look into All.
	Index func(t *Turn, key lua.LValue) lua.LValue
	// NewIndex takes a write, or raises. nil: raises "NAME is read-only".
	NewIndex func(L *lua.LState, t *Turn, key, v lua.LValue)
	// All returns the content for pairs, next, ipairs, #, unpack and table.concat. The table is only read
	// and never handed to a script; tables in it must be locked themselves.
	All func(t *Turn) *lua.LTable
}

// lock is what makes a table locked: a userdata of it stands at place 1 of the table's metatable, which no
// script can reach or forge.
type lock struct {
	proxy Proxy
	fixed *lua.LTable // the content, when it is always the same
	open  bool        // a library to which turns may add names of their own
}

func lockOf(tb *lua.LTable) *lock {
	mt, ok := tb.Metatable.(*lua.LTable)
	if !ok {
		return nil
	}
	ud, ok := mt.RawGetInt(1).(*lua.LUserData)
	if !ok {
		return nil
	}
	l, _ := ud.Value.(*lock)
	return l
}

func (l *lock) content(t *Turn) *lua.LTable {
	if more := t.added[l.proxy.Name]; l.open && more != nil {
		return more
	}
	if l.fixed != nil {
		return l.fixed
	}
	if l.proxy.All != nil {
		if tb := l.proxy.All(t); tb != nil {
			return tb
		}
	}
	return newTable(0, 0)
}

// beside is a proxy that shows the values of a library, which nobody changes from now on, and else its own.
func (p Proxy) beside(library *lua.LTable) Proxy {
	own := p
	p.Index = func(t *Turn, key lua.LValue) lua.LValue {
		if v := library.RawGet(key); v != lua.LNil {
			return v
		}
		return own.Index(t, key)
	}
	p.All = func(t *Turn) *lua.LTable {
		all := own.All(t)
		inOrder(library, all.RawSet)
		return all
	}
	return p
}

// NewProxy makes a proxy that lives as long as somebody holds it. Prefer those of NewSet: they cost nothing
// per turn.
func NewProxy(p Proxy) *lua.LTable {
	l := &lock{proxy: p}
	return l.table(newNative(l.index))
}

// lockTable makes the read-only face of a table that nobody changes from now on.
func lockTable(name string, content *lua.LTable) *lua.LTable {
	l := &lock{proxy: Proxy{Name: name}, fixed: content}
	return l.table(content)
}

func (l *lock) table(index lua.LValue) *lua.LTable {
	mt := newTable(1, 4)
	mt.RawSetInt(1, &lua.LUserData{Value: l, Metatable: lua.LNil})
	mt.RawSetString("__index", index)
	mt.RawSetString("__newindex", lockedWrite)
	mt.RawSetString("__len", lockedLength)
	mt.RawSetString("__metatable", lua.LFalse)
	return &lua.LTable{Metatable: mt}
}

// What the metatables of all locked tables share.
var (
	lockedWrite  = newNative(writeLocked)
	lockedLength = newNative(lengthOfLocked)
)

func (l *lock) index(L *lua.LState) int {
	t := TurnOf(L)
	if l.proxy.Index != nil {
		L.Push(l.proxy.Index(t, L.Get(2)))
	} else {
		L.Push(l.content(t).RawGet(L.Get(2)))
	}
	return 1
}

func writeLocked(L *lua.LState) int {
	l := lockOf(L.CheckTable(1))
	if l.proxy.NewIndex == nil {
		refuseWrite(L, l.proxy.Name, L.Get(2))
	}
	l.proxy.NewIndex(L, TurnOf(L), L.Get(2), L.Get(3))
	return 0
}

func lengthOfLocked(L *lua.LState) int {
	L.Push(lua.LNumber(lockOf(L.CheckTable(1)).content(TurnOf(L)).Len()))
	return 1
}

// refuseWrite raises `file:line: settings.city: settings is read-only`.
func refuseWrite(L *lua.LState, name string, key lua.LValue) {
	where := name
	if k, ok := key.(lua.LString); ok {
		where += "." + shorten(string(k), 40)
	}
	raiseVerbatim(L, lua.LString(position(L, 0)+where+": "+name+" is read-only"))
}

// Locked reports whether tb is a library, a proxy or locked data: what rawset, setmetatable, table.insert
// and their kin refuse.
func Locked(tb *lua.LTable) bool { return lockOf(tb) != nil }

// NameOfLocked is what error messages call a library, a proxy or locked data; "" for any other table.
func NameOfLocked(tb *lua.LTable) string {
	if l := lockOf(tb); l != nil {
		return l.proxy.Name
	}
	return ""
}

// beneath is the table to read in place of tb: itself, or what a locked table stands for. It must not be
// written, nor handed to a script.
func beneath(t *Turn, tb *lua.LTable) *lua.LTable {
	if l := lockOf(tb); l != nil {
		return l.content(t)
	}
	return tb
}

// Beneath is the table to read in place of tb: itself, or the content of a locked table. The caller must
// neither write it nor hand it to a script.
func (t *Turn) Beneath(tb *lua.LTable) *lua.LTable { return beneath(t, tb) }

// writable raises "NAME is read-only" when tb is locked.
func writable(L *lua.LState, t *Turn, tb *lua.LTable) {
	if l := lockOf(tb); l != nil {
		raiseVerbatim(L, lua.LString(position(L, 0)+t.nativeName(L)+l.proxy.Name+" is read-only"))
	}
}

// Lock returns plain data (nil, bool, numbers, string, []any, map[string]any) as a read-only table, or as
// the plain value that it is. Nothing of a turn is in it, so it may be shared between VMs: keep it with
// Build.Once.
func (t *Turn) Lock(name string, v any) lua.LValue { return lockPlain(name, v) }

func lockPlain(name string, v any) lua.LValue {
	switch v := v.(type) {
	case []any:
		tb := newTable(len(v), 0)
		for i, item := range v {
			tb.RawSetInt(i+1, lockPlain(name, item))
		}
		return lockTable(name, tb)
	case map[string]any:
		tb := newTable(0, len(v))
		for _, k := range sortedKeys(v) {
			tb.RawSetString(k, lockPlain(name, v[k]))
		}
		return lockTable(name, tb)
	}
	return plainValue(v)
}
