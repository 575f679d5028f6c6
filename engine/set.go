package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
)

// Native is a function that scripts can call. Its state of the turn is TurnOf(L); it keeps none itself,
// as one value serves all VMs.
type Native struct {
	Name string // "string.format", "on.text", "flow"
	Fn   lua.LGFunction

	// Value, when given, is a constant in place of a function: a number, a string, a locked table or a
	// userdata. All VMs share it.
	Value lua.LValue

	// Writes says that it changes the table that it is given first.
	Writes bool
}

// Set is the library that all VMs of an engine share. Nothing writes to it after NewSet.
type Set struct {
	values     map[string]lua.LValue // by full name
	nameOf     map[*lua.LFunction]string
	writers    map[string]bool // names of natives that write, and of their libraries
	names      []string
	proxies    map[string]*lua.LTable
	globals    *lua.LTable
	envMeta    *lua.LTable // of each turn's environment
	ownMeta    *lua.LTable // of those that have names of the library of their own
	stringMeta *lua.LTable

	whole *code.Library // for builds that replace nothing
}

// NewSet makes a set of the engine's own base, string, table, math, coroutine and os libraries, the given
// natives and, as globals of that name, the given proxies. A name given twice is an error; a native called
// like a library makes the library callable, and a proxy that stands beside one shows what it has with the library's functions.
func NewSet(natives []Native, proxies map[string]Proxy) (*Set, error) {
	s := &Set{
		values: map[string]lua.LValue{}, nameOf: map[*lua.LFunction]string{}, proxies: map[string]*lua.LTable{},
		writers: map[string]bool{}, globals: newTable(0, 64),
	}
	s.whole = &code.Library{
		Value:  func(name string) lua.LValue { return s.values[name] },
		Concat: newNative(cat), Bounds: newNative(forBounds), Minus: newNative(minus), TooLong: newNative(tooManyItems), MaxItems: maxItems,
		Numbers: map[string]bool{"math.abs": true, "math.ceil": true, "math.floor": true, "math.max": true, "math.min": true},
	}
	for _, list := range [][]Native{baseNatives(), packageNatives(), coroutineNatives(), stringNatives(), tableNatives(), mathNatives(), osNatives(), constants(), natives} {
		for _, n := range list {
			if err := s.add(n); err != nil {
				return nil, err
			}
		}
	}
	libraries := s.libraries()
	for name, tb := range libraries {
		if p := proxies[name]; p.Beside {
			p.Name = name
			s.proxies[name] = NewProxy(p.beside(tb))
			s.globals.RawSetString(name, s.proxies[name])
			continue
		}
		face := lockTable(name, tb)
		if slices.Contains(openLibraries, name) {
			face = openLibrary(name, tb)
		}
		if fn := s.Function(name); fn != nil {
			s.makeCallable(name, face, fn)
		}
		s.globals.RawSetString(name, face)
	}
	for name, p := range proxies {
		if p.Beside && libraries[name] != nil {
			continue
		}
		if s.globals.RawGetString(name) != lua.LNil {
			return nil, fmt.Errorf("new set: %s is given twice", name)
		}
		p.Name = name
		s.proxies[name] = NewProxy(p)
		s.globals.RawSetString(name, s.proxies[name])
	}
	s.names = append(s.names, "_G")
	slices.Sort(s.names)
	s.seal(libraries)
	return s, nil
}

func constants() []Native {
	return []Native{
		{Name: "_VERSION", Value: lua.LString("Lua 5.1")},
		{Name: "math.pi", Value: lua.LNumber(math.Pi)},
		{Name: "math.huge", Value: lua.LNumber(math.Inf(1))},
	}
}

// newTable makes a table with room for so many items and fields; the library's own default is 32 of each.
func newTable(items, fields int) *lua.LTable {
	var none *lua.LState // making a table needs no state
	return none.CreateTable(items, fields)
}

func (s *Set) add(n Native) error {
	if s.values[n.Name] != nil || n.Name == "" || strings.Count(n.Name, ".") > 1 {
		return fmt.Errorf("new set: %q is given twice, or is no name", n.Name)
	}
	v := n.Value
	if v == nil {
		fn := newNative(n.Fn)
		s.nameOf[fn] = n.Name
		v = fn
	}
	s.values[n.Name] = v
	s.names = append(s.names, n.Name)
	if library, _, _ := strings.Cut(n.Name, "."); n.Writes {
		s.writers[n.Name], s.writers[library] = true, true
	}
	return nil
}

// Writes and HasWriters are for package proof.
func (s *Set) Writes(native string) bool   { return s.writers[native] && s.Function(native) != nil }
func (s *Set) HasWriters(name string) bool { return s.writers[name] }

// libraries sorts the values into tables; those without a dot become globals at once.
func (s *Set) libraries() map[string]*lua.LTable {
	tables := map[string]*lua.LTable{}
	slices.Sort(s.names) // so that pairs(string) always has the same order
	for _, full := range s.names {
		library, name, ok := strings.Cut(full, ".")
		if !ok {
			s.globals.RawSetString(full, s.values[full])
			continue
		}
		if tables[library] == nil {
			tables[library] = newTable(0, 16)
		}
		tables[library].RawSetString(name, s.values[full])
	}
	return tables
}

// makeCallable lets a library that has a native of its own name be called: menu{…} beside menu.create. The
// name then stands for the table.
func (s *Set) makeCallable(name string, face *lua.LTable, fn *lua.LFunction) {
	call := newNative(func(L *lua.LState) int {
		L.Remove(1) // the library itself
		return fn.GFunction(L)
	})
	s.nameOf[call] = name
	face.Metatable.(*lua.LTable).RawSetString("__call", call)
	s.values[name] = face
}

// seal makes the metatables through which scripts see the set.
func (s *Set) seal(libraries map[string]*lua.LTable) {
	s.stringMeta = newTable(0, 2+len(arithmeticEvents))
	s.stringMeta.RawSetString("__index", libraries["string"])
	s.stringMeta.RawSetString("__metatable", lua.LFalse)
	for event, compute := range arithmeticEvents {
		s.stringMeta.RawSetString(event, newNative(textArithmetic(event, compute)))
	}
	s.envMeta, s.ownMeta = newTable(0, 2), newTable(0, 2)
	s.envMeta.RawSetString("__index", s.globals)
	s.envMeta.RawSetString("__metatable", lua.LFalse)
	s.ownMeta.RawSetString("__index", newNative(behindOwn))
	s.ownMeta.RawSetString("__metatable", lua.LFalse)
}

// Function returns the native of that name as a Lua value; nil if there is none.
func (s *Set) Function(name string) *lua.LFunction {
	fn, _ := s.values[name].(*lua.LFunction)
	return fn
}

// Names lists what scripts can reach by name, in alphabetical order.
func (s *Set) Names() []string { return s.names }

// library is what compiled files of a build name without a look-up: all but what it may assign.
func (s *Set) library(b *Build) *code.Library {
	if len(b.assignable) == 0 {
		return s.whole
	}
	lib := *s.whole
	lib.Value = func(name string) lua.LValue {
		if root, _, _ := strings.Cut(name, "."); b.assigns(root) {
			return nil
		}
		return s.values[name]
	}
	return &lib
}
