package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// families lists the libraries in the order of the reference page. A new one is a file of its name and a line here.
func families() []Family {
	return []Family{
		onFamily(), replyFamily(), menuFamily(), sendFamily(), templateFamily(), userFamily(), tagFamily(),
		mediaFamily(), qrcodeFamily(), shortFamily(), subscribeMessageFamily(), kfFamily(), massFamily(),
		oauthFamily(), jssdkFamily(), apiFamily(), httpFamily(), llmFamily(), storeFamily(), dataFamily(), flowFamily(), timeFamily(), jobFamily(),
		textFamily(), jsonFamily(), reFamily(), hashFamily(), base64Family(), urlFamily(), logFamily(), aloneFamily(),
	}
}

// Functions is the table: every function that a script can call beside Lua's own, in the order of the
// reference page.
func Functions() []Function {
	var all []Function
	for _, f := range families() {
		all = append(all, f.Functions...)
	}
	return all
}

// FieldNames are the members of families that are no functions and another one in each turn: job.id.
func FieldNames() (names []string) {
	for _, f := range families() {
		for _, field := range f.Fields {
			names = append(names, f.Name+"."+field.Name)
		}
	}
	return names
}

// NewSet makes the library of all scripts: Lua's own, the functions of the table, msg.session's and the
// account's settings. One serves the whole process.
func NewSet() (*engine.Set, error) {
	var natives []engine.Native
	for _, family := range families() {
		for i := range family.Functions {
			f := &family.Functions[i]
			if !f.method() {
				natives = append(natives, engine.Native{Name: f.Name, Fn: native(f), Writes: f.writes})
			}
		}
		for _, k := range family.Constants {
			natives = append(natives, engine.Native{Name: k.Name, Value: k.value})
		}
	}
	return engine.NewSet(natives, map[string]engine.Proxy{"settings": settingsProxy(), "job": jobProxy()})
}

// native is the Go function behind an entry of the table: it checks the arguments and runs it.
func native(f *Function) lua.LGFunction {
	return func(L *lua.LState) int {
		t := engine.TurnOf(L)
		c := callOf(L, t, f)
		c.state.read, c.given = 0, L.GetTop()
		c.check()
		return f.run(c)
	}
}

// methodOf is a function that scripts find on a value and not in a library. All VMs may share it.
func methodOf(f *Function) *lua.LFunction {
	return &lua.LFunction{IsG: true, GFunction: native(f)}
}

// method reports whether the function belongs to a value: "csv:find".
func (f *Function) method() bool { return strings.Contains(f.Name, ":") }
