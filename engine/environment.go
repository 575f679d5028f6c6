package engine

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// Every turn has a new environment, for the globals of its scripts. Behind it lies the library, which all turns
// share. A build that nowhere assigns a name of the library reaches it there, or has it compiled in. Names that a build
// may assign stand in the environment itself from the start of each turn, so that they can be replaced, taken away
// and walked over as in any Lua.

type global struct {
	name  string
	value lua.LValue
}

// assignable are the globals of the library that files with these facts may assign, in alphabetical order; with them _G,
// whose value every turn has its own.
func (s *Set) assignable(facts []syntax.Facts) []global {
	reflects, assigned := false, map[string]bool{}
	for _, f := range facts {
		reflects = reflects || f.Reflects
		for name := range f.Assigned {
			assigned[name] = true
		}
	}
	var list []global
	s.globals.ForEach(func(k, v lua.LValue) {
		if name, ok := k.(lua.LString); ok && (reflects || assigned[string(name)]) {
			list = append(list, global{string(name), v})
		}
	})
	if reflects {
		list = append(list, global{name: "_G"})
	}
	slices.SortFunc(list, byName)
	return list
}

func byName(x, y global) int { return strings.Compare(x.name, y.name) }

func (b *Build) environment(s *Set) *lua.LTable {
	if len(b.assignable) == 0 {
		return &lua.LTable{Metatable: s.envMeta}
	}
	env := newTable(0, len(b.assignable))
	env.Metatable = s.ownMeta
	for _, g := range b.assignable {
		if g.name == "_G" {
			env.RawSetString(g.name, env)
		} else {
			env.RawSetString(g.name, g.value)
		}
	}
	return env
}

// behindOwn is what lies behind an environment that has names of the library of its own: those are nowhere else.
func behindOwn(L *lua.LState) int {
	t, key := TurnOf(L), L.Get(2)
	v := t.engine.set.globals.RawGet(key)
	if name, ok := key.(lua.LString); ok && v != lua.LNil && t.build.assigns(string(name)) {
		v = lua.LNil
	}
	L.Push(v)
	return 1
}

func (b *Build) assigns(name string) bool {
	_, found := slices.BinarySearchFunc(b.assignable, global{name: name}, byName)
	return found
}

// Global is a global that the script has assigned; nil when there is none of that name.
func (t *Turn) Global(name string) lua.LValue { return t.env.RawGetString(name) }
