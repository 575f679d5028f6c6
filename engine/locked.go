package engine

import lua "github.com/yuin/gopher-lua"

// Proxy is a table that scripts can read and walk, but whose content is Go's. Functions of a proxy given to
// NewSet run for every VM and find their state by the turn.
type Proxy struct {
	Name string // as error messages call it: "msg"

	// Index answers a read; lua.LNil for an absent key. nil: reads look into All.
	Index func(t *Turn, key lua.LValue) lua.LValue
	// NewIndex takes a write, or raises. nil: raises "NAME is read-only".
	NewIndex func(L *lua.LState, t *Turn, key, v lua.LValue)
	// All returns the content for pairs, next, ipairs, #, unpack and table.concat. The table is only read
	// and never handed to a script; tables in it must be locked themselves.
	All func(t *Turn) *lua.LTable
}

// NewProxy makes a proxy that lives as long as somebody holds it. Prefer those of NewSet: they cost nothing
// per turn.
func NewProxy(p Proxy) *lua.LTable { panic("being written") }

// Lock returns plain data (nil, bool, numbers, string, []any, map[string]any) as a read-only table, or as
// the plain value that it is. It may be shared between VMs: keep it with Build.Once.
func (t *Turn) Lock(name string, v any) lua.LValue { panic("being written") }

// Locked reports whether tb is a library, a proxy or locked data: what rawset, setmetatable, table.insert
// and their kin refuse.
func Locked(tb *lua.LTable) bool { panic("being written") }

// beneath is the table to read in place of tb: itself, or what a locked table stands for.
func beneath(t *Turn, tb *lua.LTable) *lua.LTable { panic("being written") }

// writable raises "NAME is read-only" when tb is locked.
func writable(L *lua.LState, t *Turn, tb *lua.LTable) { panic("being written") }
