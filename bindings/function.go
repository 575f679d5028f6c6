package bindings

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Text is a sentence in the two languages of the reference page.
type Text struct{ EN, ZH string }

// In picks the language: "zh" is Chinese, everything else English.
func (t Text) In(lang string) string {
	if lang == "zh" {
		return t.ZH
	}
	return t.EN
}

// Function is one entry of the table. The check of arguments, the reference page and the stubs know no more of
// a function than this.
type Function struct {
	Name    string // "on.text", "print"; "csv:find" is a method of the values called csv
	Forms   []Form // the ways to call it; the number of arguments picks one
	Returns []Result
	Doc     Text
	Example string // Lua that compiles
	Errors  []Text // what makes it raise, or answer nil, err

	Reach  Reach
	run    func(c call) int
	writes bool // it changes the table that it is given first
	apart  bool // it runs under a name that the engine does not know: a method, an iterator
}

// Reach says how far a function reaches out of its turn: to the store, to WeChat, the clock, chance, the log.
type Reach uint8

const (
	ReachNone  Reach = iota // it computes, declares, or makes an answer
	ReachReads              // its effects look, wait or log
	ReachActs               // an effect of it changes something; others may look before
)

// Form is one way to call a function: its parameters, in order.
type Form []Param

// Param is what one argument may be. Optional ones come last; a Rest parameter takes all further arguments.
type Param struct {
	Name     string
	Type     Type
	Optional bool
	Rest     bool
}

type Result struct {
	Name string
	Lua  string // the type as LuaLS writes it
}

// Constant is a member of a family that is not a function: json.null.
type Constant struct {
	Name  string
	Lua   string
	Doc   Text
	value lua.LValue
}

// Family is a library of the script API. The file of its name has its entries and what they do.
type Family struct {
	Name      string // "" for the functions that stand alone
	Doc       Text
	Functions []Function
	Constants []Constant
	Fields    []Field
}

// Field is a member of a family that is another one in each turn: job.id.
type Field struct {
	Name string
	Lua  string // the type as LuaLS writes it
	Doc  Text
}

// Type is what an argument may be.
type Type struct {
	Lua  string // as LuaLS writes it: "string|string[]"
	Want Text   // "a string"
	fits func(lua.LValue) bool
}

func params(p ...Param) []Form { return []Form{p} }

func optional(name string, t Type) Param { return Param{Name: name, Type: t, Optional: true} }

// least is the number of arguments that must be given.
func (f Form) least() int {
	n := 0
	for _, p := range f {
		if !p.Optional && !p.Rest {
			n++
		}
	}
	return n
}

// most is the number of arguments that may be given, -1 for any.
func (f Form) most() int {
	if len(f) > 0 && f[len(f)-1].Rest {
		return -1
	}
	return len(f)
}

// form is the first way to call f with n arguments; when none fits, the one that comes nearest, whose
// check then says what is missing or too much.
func (f *Function) form(n int) Form {
	for _, form := range f.Forms {
		if n >= form.least() && (form.most() < 0 || n <= form.most()) {
			return form
		}
	}
	best := f.Forms[0]
	for _, form := range f.Forms[1:] {
		if form.most() > best.most() && n > best.most() {
			best = form
		}
	}
	return best
}

// at is the parameter that argument n, from 1, belongs to; nil when there is none.
func (f Form) at(n int) *Param {
	if n <= len(f) {
		return &f[n-1]
	}
	if len(f) > 0 && f[len(f)-1].Rest {
		return &f[len(f)-1]
	}
	return nil
}

func (f Form) howMany() string {
	switch least, most := f.least(), f.most(); {
	case most == 0:
		return "none"
	case least == most:
		return fmt.Sprint(most)
	default:
		return fmt.Sprintf("%d to %d", least, most)
	}
}
