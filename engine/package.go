package engine

import lua "github.com/yuin/gopher-lua"

// packageNatives are what modules look at in package. It tells, and changes nothing: there are no paths but the folder's.
func packageNatives() []Native {
	return []Native{
		{Name: "package.path", Value: lua.LString("./?.lua;./?/init.lua")},
		{Name: "package.cpath", Value: lua.LString("")},
		{Name: "package.config", Value: lua.LString("/\n;\n?\n!\n-\n")},
		{Name: "package.preload", Value: lockTable("package.preload", newTable(0, 0))},
		{Name: "package.loaded", Value: NewProxy(Proxy{Name: "package.loaded", Index: loadedModule, All: loadedModules})},
	}
}

// loadedModule is a library, or what a module that the turn has required has returned.
func loadedModule(t *Turn, key lua.LValue) lua.LValue {
	name, ok := key.(lua.LString)
	if !ok {
		return lua.LNil
	}
	for _, m := range t.modules {
		if m.name == string(name) && m.value != nil {
			return m.value
		}
	}
	t.passing = true // package proof has not seen by which name what it holds is called
	if name == "_G" {
		return t.env
	}
	if library, ok := t.engine.set.globals.RawGet(name).(*lua.LTable); ok {
		return library
	}
	return lua.LNil
}

func loadedModules(t *Turn) *lua.LTable {
	t.passing = true
	all := newTable(0, 16)
	inOrder(t.engine.set.globals, func(name, library lua.LValue) {
		if _, ok := library.(*lua.LTable); ok {
			all.RawSet(name, library)
		}
	})
	for _, m := range t.modules {
		if m.value != nil {
			all.RawSetString(m.name, m.value)
		}
	}
	all.RawSetString("_G", t.env)
	return all
}
