package engine

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/folder"
)

// loaded is a module of the turn: while it runs, its value is nil.
type loaded struct {
	name  string
	value lua.LValue
	empty bool   // the file returned nothing
	file  string // where that was used as a value, "" for nowhere
	line  int
}

// require runs a module of the build once per turn and returns what it returned, or true. Names are looked
// up in the build; there are no paths.
func require(L *lua.LState) int {
	t := TurnOf(L)
	name := args{L, "require"}.str(1)
	for i := range t.modules {
		m := &t.modules[i]
		if m.name != name {
			continue
		}
		if m.value == nil {
			t.Fail(L, "modules require one another in a circle: %s", t.circle(name))
		}
		m.used(L)
		L.Push(m.value)
		return 1
	}
	m := t.build.modules.named(name)
	switch library, isTable := t.engine.set.globals.RawGetString(name).(*lua.LTable); {
	case m == nil && isTable: // require "string"
		t.passing = true // package proof has not seen by which name what it holds is called
		L.Push(library)
		return 1
	case m == nil && t.build.lost != "" && strings.HasPrefix(name, folder.Shared+"."):
		t.Fail(L, "%s", t.build.lost)
	case m == nil || m == t.build.main:
		t.Fail(L, "there is no module %q%s", shorten(name, 80), t.moduleHint(name))
	case m.err != nil && m.err.Line > 0:
		t.FailIn(L, m.err.File, m.err.Line, m.err.Msg)
	case m.err != nil:
		t.Fail(L, "%s", m.err.Error())
	}
	at := len(t.modules)
	t.passing = t.passing || !t.loading
	v := t.runModule(L, name, m.chunk)
	t.modules[at].used(L)
	L.Push(v)
	return 1
}

// used notes where a script takes the value of a module that has none.
func (m *loaded) used(L *lua.LState) {
	f, ok := frameAt(L, 1)
	if !ok || !m.empty || m.file != "" || f.fn.IsG {
		return
	}
	inst := f.fn.Proto.Code[f.pc]
	if code.Op(inst) == lua.OP_CALL && code.C(inst) == 1 {
		return // the statement `require "lib.rules"`
	}
	m.file, m.line = f.fn.Proto.SourceName, f.line
}

// unreturned are warnings of modules whose author forgot to return their table.
func (t *Turn) unreturned() (all []*ScriptError) {
	for _, m := range t.modules {
		if m.file == "" {
			continue
		}
		all = append(all, &ScriptError{
			File: m.file, Line: m.line,
			Msg:  t.build.modules.named(m.name).file + " returns nothing, so require gives true here",
			Hint: "end that file with return and its table: return M",
		})
	}
	return all
}

// runModule runs a file. One that raises is not loaded: the next to require it hears the same error.
func (t *Turn) runModule(L *lua.LState, name string, c *chunk) (v lua.LValue) {
	at := len(t.modules)
	t.modules = append(t.modules, loaded{name: name})
	t.requiring++
	defer func() {
		t.requiring--
		if v == nil {
			t.modules = t.modules[:at]
		}
	}()
	L.Push(c.function(t.env))
	L.Push(lua.LString(name)) // many a module looks at its name, which is its ...
	L.Call(1, 1)
	v = L.Get(-1)
	L.Pop(1)
	t.modules[at].empty = v == lua.LNil
	if v == lua.LNil {
		v = lua.LTrue
	}
	t.modules[at].value = v
	return v
}

// circle lists the modules that are running, from name back to name.
func (t *Turn) circle(name string) string {
	var chain []string
	for _, m := range t.modules {
		if m.value == nil && (m.name == name || len(chain) > 0) {
			chain = append(chain, m.name)
		}
	}
	return strings.Join(append(chain, name), " → ")
}

func (t *Turn) moduleHint(name string) string {
	dotted := strings.ReplaceAll(strings.TrimSuffix(name, ".lua"), "/", ".")
	if t.build.modules.named(dotted) != nil && dotted != name {
		return didYouMean(dotted)
	}
	var names []string
	for _, m := range t.build.modules {
		if m != t.build.main {
			names = append(names, m.name)
		}
	}
	if near := Nearest(name, names); near != "" {
		return didYouMean(near)
	}
	return ` (require "lib.prices" loads lib/prices.lua, require "shared.x" loads scripts/shared/x.lua)`
}
