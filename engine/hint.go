package engine

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
	"moonwire/words"
)

// gone are functions of Lua that scripts do not have, and what to use in their place.
var gone = map[string]words.Text{
	"dofile": useRequire, "loadfile": useRequire, "load": useFunctions, "loadstring": useFunctions,
	"module":  {EN: "return a table from the file and require it", ZH: "在文件末尾 return 一个表，再 require 它"},
	"setfenv": {}, "getfenv": {}, "newproxy": {},
	"collectgarbage": {EN: "memory is given up after every message", ZH: "每条消息处理完，内存自动释放"},
	"io":             {EN: "use store for what lasts and data/ for tables", ZH: "要保存的用 store，表格放进 data/"},
	"debug":          {},
	"os":             {EN: "there are os.time, os.date and os.clock", ZH: "只有 os.time、os.date 和 os.clock"},
	"utf8":           {EN: "text.len, text.sub and the rest of text count characters", ZH: "text.len、text.sub 等按字数计"},
}

var (
	useRequire   = words.Text{EN: "use require", ZH: "请用 require"}
	useFunctions = words.Text{EN: "use require, or a table of functions", ZH: "请用 require，或一张函数表"}
)

// Gone says what to use in place of a global of Lua that scripts do not have; is reports whether the name is one.
func Gone(name string) (instead words.Text, is bool) {
	instead, is = gone[name]
	return instead, is
}

// goneHint is the same as a hint.
func goneHint(name string) words.Message {
	instead := gone[name]
	m := words.Message{Code: words.NotInScripts, Cure: words.Text{EN: "scripts do not have " + name, ZH: "脚本里没有 " + name}}
	if instead.EN != "" {
		m.Cure = words.Text{EN: m.Cure.EN + ": " + instead.EN, ZH: m.Cure.ZH + "：" + instead.ZH}
	}
	return m
}

// meant is the guess at a name, nothing for "".
func meant(code words.Code, name string) words.Message {
	if name == "" {
		return words.Message{}
	}
	return words.Message{Code: code, Cure: words.DidYouMean(name)}
}

// hint guesses what the author meant, from the part of the script that failed.
func (t *Turn) hint(L *lua.LState, node any, value lua.LValue) words.Message {
	msg, _ := value.(lua.LString)
	text := string(msg)
	if m, ok := node.(*syntax.Method); ok {
		if full := t.calledByColon(m); full != "" {
			return words.Say(words.ColonForDot, "name", full)
		}
	}
	switch {
	case strings.Contains(text, ": 'for' "):
		return words.Message{Cure: hintOfBound(L, node, text)}
	case strings.HasSuffix(text, ": msg is read-only"):
		return words.Say(words.MessageWritten)
	case !strings.Contains(text, "attempt to call ") && !strings.Contains(text, "attempt to index global"):
		return hintOfKind(text, node)
	}
	switch n := node.(type) {
	case *syntax.GenericFor:
		return words.Say(words.IteratorMissing)
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
	return words.Message{}
}

// calledByColon is the function of a library that is called as if it were a method; "" for anything else.
func (t *Turn) calledByColon(m *syntax.Method) string {
	library, ok := m.Object.(*syntax.Name)
	if !ok || library.Local != nil || !slices.Contains(t.engine.set.names, library.Ident+"."+m.Name) {
		return ""
	}
	return library.Ident + "." + m.Name
}

// hintOfBound says what a bound of a loop is. The error itself says which one is no number, and forBounds has them as
// arguments.
func hintOfBound(L *lua.LState, node any, text string) words.Text {
	loop, ok := node.(*syntax.NumericFor)
	if !ok || L.GetTop() < 3 {
		return words.Text{}
	}
	for i, e := range []syntax.Expr{loop.Init, loop.Limit, loop.Step} {
		if !strings.Contains(text, "'for' "+boundNames[i]) {
			continue
		}
		kind := L.Get(i + 1).Type().String()
		return words.Text{EN: "the " + boundNames[i] + " is " + named(nameOf(e, loop.Var.Func), kind)}
	}
	return words.Text{}
}

// meantFunction looks for the name that a call of nil was probably meant to have.
func (t *Turn) meantFunction(called syntax.Expr) words.Message {
	field, ok := called.(*syntax.Index)
	if !ok {
		return t.meantGlobal(called)
	}
	library, isName := field.Object.(*syntax.Name)
	key, isText := field.Key.(*syntax.String)
	if !isName || !isText || library.Local != nil {
		return words.Message{}
	}
	return t.meantMember(library.Ident, key.Value)
}

func (t *Turn) meantMember(library, key string) words.Message {
	var members []string
	for _, name := range t.engine.set.names {
		if lib, member, ok := strings.Cut(name, "."); ok && lib == library {
			members = append(members, member)
		}
	}
	if near := Nearest(key, members); near != "" {
		return meant(words.UnknownMember, library+"."+near)
	}
	if instead := gone[library]; instead.EN != "" && len(members) > 0 {
		return words.Message{Code: words.NotInScripts, Cure: instead}
	}
	return words.Message{}
}

// meantGlobal guesses at a global that is nil.
func (t *Turn) meantGlobal(e syntax.Expr) words.Message {
	global, ok := e.(*syntax.Name)
	if !ok || global.Local != nil {
		return words.Message{}
	}
	name := global.Ident
	if _, isGone := gone[name]; isGone {
		return goneHint(name)
	}
	if name == "msg" {
		return words.Message{Code: words.UnknownName, Cure: words.MsgIsGiven}
	}
	if full := Undotted(name, t.engine.set.names); full != "" {
		return meant(words.UnknownFunction, full)
	}
	names := t.globalNames()
	if near := Nearest(name, names); near != "" {
		return meant(words.UnknownFunction, near)
	}
	return meant(words.UnknownFunction, ByMember(name, t.engine.set.names))
}

// ByMember finds the function of a library that is called without it: sleep → time.sleep; "" for none.
func ByMember(name string, dotted []string) string {
	for _, full := range dotted {
		if _, member, ok := strings.Cut(full, "."); ok && member == name {
			return full
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
