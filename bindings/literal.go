package bindings

import (
	"fmt"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/engine/syntax"
	"moonwire/words"
)

// Misfits says what is wrong with a call whose arguments can be read in the text: how many there are, and of what kind.
// None is no proof that the call is right.
func Misfits(c engine.Call) (all []words.Message) {
	f := functionOf(c.Name)
	if f == nil {
		return nil
	}
	n, open := len(c.Args), false
	if n > 0 && c.Args[n-1].Kind == engine.ArgOther {
		n, open = n-1, true // a call may give any number of values
	}
	form := f.form(len(c.Args))
	if most := form.most(); most >= 0 && n > most || !open && n < form.least() {
		return []words.Message{words.Say(words.ArgumentCount, "name", c.Name, "given", fmt.Sprint(n), "want", form.howMany(), "form", f.called(form))}
	}
	for i, arg := range c.Args {
		p, v := form.at(i+1), literal(arg)
		if p == nil || v == nil || p.Type.fits(v) || p.Optional && v == lua.LNil {
			continue
		}
		if arg.Kind == engine.ArgFunction && p.Type.Want == tPlain.Want {
			all = append(all, words.Say(words.NotPlain, "name", c.Name))
			continue
		}
		m := words.Say(words.WrongArgument, "name", c.Name, "n", fmt.Sprint(i+1), "parameter", p.Name)
		all = append(all, m.Put("given", givenWords(v)).Put("want", words.Text(p.Type.Want)))
	}
	return all
}

func functionOf(name string) *Function { return functionsByName()[name] }

// functionsByName is the table by full names.
var functionsByName = sync.OnceValue(func() map[string]*Function {
	all := map[string]*Function{}
	for _, f := range Functions() {
		all[f.Name] = &f
	}
	return all
})

// called is the form as it is called, without what it gives back.
func (f *Function) called(form Form) string {
	bare := *f
	bare.Returns = nil
	return bare.signature(form)
}

// literal is the value of an argument that stands in the text, nil for any other.
func literal(a engine.Arg) lua.LValue {
	switch a.Kind {
	case engine.ArgString:
		return lua.LString(a.Text)
	case engine.ArgNumber:
		n, _ := syntax.ParseNumber(a.Text)
		return lua.LNumber(n)
	case engine.ArgBool:
		return lua.LBool(a.Text == "true")
	case engine.ArgNil:
		return lua.LNil
	case engine.ArgFunction:
		return &lua.LFunction{}
	case engine.ArgTable:
		return &lua.LTable{}
	}
	return nil
}

// givenWords say what a literal is.
func givenWords(v lua.LValue) words.Text {
	switch v.Type() {
	case lua.LTBool:
		return words.Text{EN: "a boolean", ZH: "布尔值"}
	case lua.LTNumber:
		return words.Text{EN: "a number", ZH: "数字"}
	case lua.LTString:
		return words.Text{EN: "a string", ZH: "字符串"}
	case lua.LTTable:
		return words.Text{EN: "a table", ZH: "表"}
	case lua.LTFunction:
		return words.Text{EN: "a function", ZH: "函数"}
	}
	return words.Text{EN: "nil", ZH: " nil"}
}
