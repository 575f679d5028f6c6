package engine

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// gone are functions of Lua that scripts do not have, and what to use in their place.
var gone = map[string]string{
	"dofile": "use require", "loadfile": "use require", "load": "use require, or a table of functions",
	"loadstring": "use require, or a table of functions", "module": "return a table from the file and require it",
	"setfenv": "", "getfenv": "", "newproxy": "", "collectgarbage": "memory is given up after every message",
	"io": "use store for what lasts and data/ for tables", "debug": "",
	"os": "there are os.time, os.date and os.clock", "utf8": "text.len, text.sub and the rest of text count characters",
}

// hint guesses what the author meant, from the part of the script that failed.
func (t *Turn) hint(L *lua.LState, node any, value lua.LValue) string {
	msg, _ := value.(lua.LString)
	text := string(msg)
	if m, ok := node.(*syntax.Method); ok {
		if full := t.calledByColon(m); full != "" {
			return "write a dot, not a colon: " + full + "(…)"
		}
	}
	switch {
	case strings.HasSuffix(text, "stack overflow"):
		return "does a function call itself without an end?"
	case strings.Contains(text, ": 'for' "):
		return hintOfBound(L, node, text)
	case !strings.Contains(text, "attempt to call ") && !strings.Contains(text, "attempt to index global"):
		return hintOfKind(text)
	}
	switch n := node.(type) {
	case *syntax.GenericFor:
		return "write `in pairs(t)` or `in ipairs(t)`"
	case *syntax.Call:
		return t.meantFunction(n.Func)
	case *syntax.Index:
		return t.meantGlobal(n.Object)
	case *syntax.Method:
		if strings.Contains(text, "attempt to index ") {
			return t.meantGlobal(n.Object)
		}
		if library, ok := n.Object.(*syntax.Name); ok && library.Local == nil {
			return t.meantMember(library.Ident, n.Name)
		}
		return t.meantMember("string", n.Name)
	}
	return ""
}

// calledByColon is the function of a library that is called as if it were a method; "" for anything else.
func (t *Turn) calledByColon(m *syntax.Method) string {
	library, ok := m.Object.(*syntax.Name)
	if !ok || library.Local != nil || !slices.Contains(t.engine.set.names, library.Ident+"."+m.Name) {
		return ""
	}
	return library.Ident + "." + m.Name
}

// kindHints are what to do with a value of a kind that an operator does not take.
var kindHints = []struct{ what, kind, hint string }{
	{"attempt to perform arithmetic on ", "a string value", "the text is no number; tonumber(text) gives nil for such a one"},
	{"attempt to compare ", "number with string", "tonumber(text) makes a number of a text"},
	{"attempt to compare ", "string with number", "tonumber(text) makes a number of a text"},
	{"attempt to concatenate ", "a boolean value", "tostring(value) makes a text of it"},
	{"attempt to concatenate ", "a table value", `table.concat(list, ", ") makes a text of a list`},
}

func hintOfKind(text string) string {
	for _, h := range kindHints {
		if strings.Contains(text, h.what) && strings.Contains(text, h.kind) {
			return h.hint
		}
	}
	return ""
}

// hintOfBound says what a bound of a loop is. The error itself says which one is no number, and forBounds has them as
// arguments.
func hintOfBound(L *lua.LState, node any, text string) string {
	loop, ok := node.(*syntax.NumericFor)
	if !ok || L.GetTop() < 3 {
		return ""
	}
	for i, e := range []syntax.Expr{loop.Init, loop.Limit, loop.Step} {
		if !strings.Contains(text, "'for' "+boundNames[i]) {
			continue
		}
		kind := L.Get(i + 1).Type().String()
		return "the " + boundNames[i] + " is " + named(nameOf(e, loop.Var.Func), kind)
	}
	return ""
}

// meantFunction looks for the name that a call of nil was probably meant to have.
func (t *Turn) meantFunction(called syntax.Expr) string {
	field, ok := called.(*syntax.Index)
	if !ok {
		return t.meantGlobal(called)
	}
	library, isName := field.Object.(*syntax.Name)
	key, isText := field.Key.(*syntax.String)
	if !isName || !isText || library.Local != nil {
		return ""
	}
	return t.meantMember(library.Ident, key.Value)
}

func (t *Turn) meantMember(library, key string) string {
	var members []string
	for _, name := range t.engine.set.names {
		if lib, member, ok := strings.Cut(name, "."); ok && lib == library {
			members = append(members, member)
		}
	}
	if near := Nearest(key, members); near != "" {
		return "did you mean " + library + "." + near + "?"
	}
	if why := gone[library]; why != "" && len(members) > 0 {
		return why
	}
	return ""
}

// meantGlobal guesses at a global that is nil.
func (t *Turn) meantGlobal(e syntax.Expr) string {
	global, ok := e.(*syntax.Name)
	if !ok || global.Local != nil {
		return ""
	}
	name := global.Ident
	if why, isGone := gone[name]; isGone {
		if why == "" {
			return "scripts do not have " + name
		}
		return "scripts do not have " + name + ": " + why
	}
	if name == "msg" {
		return "msg is what a handler is given: on.text(function(msg) … end)"
	}
	if full := Undotted(name, t.engine.set.names); full != "" {
		return "did you mean " + full + "?"
	}
	names := t.globalNames()
	if near := Nearest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	for _, full := range t.engine.set.names {
		if _, member, ok := strings.Cut(full, "."); ok && member == name {
			return "did you mean " + full + "?"
		}
	}
	return ""
}

// globalNames are the globals of the library and those that the script has assigned so far.
func (t *Turn) globalNames() []string {
	var names []string
	for _, tb := range []*lua.LTable{t.engine.set.globals, t.env} {
		tb.ForEach(func(k, _ lua.LValue) {
			if s, ok := k.(lua.LString); ok {
				names = append(names, string(s))
			}
		})
	}
	slices.Sort(names) // the same guess every time
	return names
}
