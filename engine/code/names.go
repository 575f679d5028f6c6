package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// Notes say what the code of each function belongs to. They are made by compiling once more, when an error needs
// names: the code itself keeps only lines.
type Notes map[*lua.FunctionProto]*Names

// Names are the notes on one function.
type Names struct {
	Func     *syntax.Func
	At       map[int]any // instruction: the node that it belongs to
	Vars     []Var       // in the order of declaration
	Upvalues []string

	open []int // of Vars
}

// Var is a variable with its register, from an instruction to before another.
type Var struct {
	Name     string
	Reg      int
	From, To int
}

func (n *Names) begin(l *syntax.Local, pc int) {
	n.open = append(n.open, len(n.Vars))
	n.Vars = append(n.Vars, Var{Name: l.Name, Reg: l.Slot, From: pc})
}

func (n *Names) end(count, pc int) {
	left := len(n.open) - count
	for _, i := range n.open[left:] {
		n.Vars[i].To = pc
	}
	n.open = n.open[:left]
}

func (n *Names) upvalues(list []*syntax.Local) {
	for _, l := range list {
		n.Upvalues = append(n.Upvalues, l.Name)
	}
}
