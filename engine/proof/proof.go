package proof

import "moonwire/engine/syntax"

// Library says which natives write into the table they are given first.
type Library interface {
	// Writes is asked by full name: table.insert, rawset.
	Writes(native string) bool
	// HasWriters is asked by the name of a library, or of a native without one.
	HasWriters(name string) bool
}

// Doubt is the first thing in a file that may leave something behind.
type Doubt struct {
	Line int
	Kind Kind
	Name string // of the variable, or of the native
}

// Kind is what a doubt is about.
type Kind uint8

// Kinds of doubts.
const (
	Global  Kind = iota + 1 // a function assigns a global
	Outer                   // a function assigns a variable of a function around it, or of the top level
	Table                   // a function writes into a table that it has not just made
	Handed                  // a native that writes is given such a table
	Value                   // such a native, or its library, is used as a value
	Reflect                 // _G is mentioned
)

// Check returns the first doubt about a file, nil if it is proven.
func Check(c *syntax.Chunk, lib Library) *Doubt {
	p := &prover{lib: lib, main: c.Main, fn: c.Main, fresh: map[*syntax.Local]bool{}, msg: map[*syntax.Local]bool{}}
	if c.Reflects {
		return &Doubt{Kind: Reflect, Name: "_G"}
	}
	p.block(c.Main.Body)
	return p.doubt
}

type prover struct {
	lib   Library
	main  *syntax.Func
	fn    *syntax.Func           // the innermost function around what is read
	fresh map[*syntax.Local]bool // variables whose table was made in the same run of their function
	msg   map[*syntax.Local]bool // the msg of handlers that nothing but the engine can call
	doubt *Doubt
}

func (p *prover) doubts(line int, kind Kind, name string) {
	if p.doubt == nil {
		p.doubt = &Doubt{line, kind, name}
	}
}

// top reports whether what is read runs once, when the file does.
func (p *prover) top() bool { return p.fn == p.main }

// assign looks at the target of an assignment.
func (p *prover) assign(target syntax.Expr) {
	if p.top() {
		return
	}
	switch e := target.(type) {
	case *syntax.Name:
		switch {
		case e.Local == nil:
			p.doubts(e.Line(), Global, e.Ident)
		case e.Local.Func != p.fn:
			p.doubts(e.Line(), Outer, e.Ident)
		}
	case *syntax.Index:
		if !p.own(e.Object) && !p.ofMsg(e) {
			p.doubts(e.Line(), Table, rootName(e))
		}
	}
}

// call looks at a call of a native by its name. handled is false for any other call.
func (p *prover) call(e *syntax.Call) (handled bool) {
	native := nativeName(e.Func)
	if native == "" || !p.lib.Writes(native) {
		return false
	}
	if !p.top() && !p.mayWrite(native, e.Args) {
		p.doubts(e.Line(), Handed, native)
	}
	return true
}

// mayWrite reports whether a native may write into the first of its arguments.
func (p *prover) mayWrite(native string, args []syntax.Expr) bool {
	if len(args) == 0 || !p.own(args[0]) {
		return false
	}
	return native != "setmetatable" || len(args) > 1 && p.steady(args[1])
}

// mention looks at a global that is used as a value.
func (p *prover) mention(e *syntax.Name) {
	if e.Local == nil && p.lib.HasWriters(e.Ident) {
		p.doubts(e.Line(), Value, e.Ident)
	}
}

// nativeName is the full name of what is called: rawset, table.insert. "" when it is no such name.
func nativeName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		if e.Local == nil {
			return e.Ident
		}
	case *syntax.Index:
		library, ok := e.Object.(*syntax.Name)
		key, isText := e.Key.(*syntax.String)
		if ok && isText && library.Local == nil {
			return library.Ident + "." + key.Value
		}
	}
	return ""
}

// rootName is the variable at the beginning of an access.
func rootName(e syntax.Expr) string {
	for {
		switch x := e.(type) {
		case *syntax.Index:
			e = x.Object
		case *syntax.Name:
			return x.Ident
		default:
			return ""
		}
	}
}
