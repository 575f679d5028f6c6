package code

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

const (
	maxRegisters = 250 // the machine counts them in a byte
	maxUpvalues  = 255 // likewise
	maxNesting   = 2_000
)

// Library is what code may name beside the script's own variables.
type Library struct {
	// Value answers what a name of the library stands for, "string.format" or "print"; nil where a script may have
	// put something else in its place.
	Value func(name string) lua.LValue
	// Numbers are those of its functions that give one number, if they return at all.
	Numbers map[string]bool

	Concat *lua.LFunction // of two values and more: a .. b .. c
	Bounds *lua.LFunction // of init, limit and step of a numeric for: the same as numbers
	// TooLong raises the error of `t[#t+1] = v` on a list that has MaxItems already. The machine would put v where
	// # does not see it, and the next one into the same place.
	TooLong  *lua.LFunction
	MaxItems int
}

// Generate compiles a file. The error is a *syntax.Error. With notes, it also fills in what belongs to each
// function of the code.
func Generate(file string, chunk *syntax.Chunk, lib *Library, notes Notes) (proto *lua.FunctionProto, err error) {
	g := &generator{file: file, lib: lib, notes: notes}
	defer func() {
		if r := recover(); r != nil {
			e, ours := r.(*syntax.Error)
			if !ours {
				panic(r)
			}
			proto, err = nil, e
		}
	}()
	proto, _ = g.compile(chunk.Main)
	return proto, nil
}

// generator compiles one file.
type generator struct {
	file  string
	lib   *Library
	notes Notes
	depth int // of expressions and functions in one another
}

// function is one function while it is compiled.
type function struct {
	*generator
	node *syntax.Func

	code   []uint32
	lines  []int
	inner  []*lua.FunctionProto
	pool   constants
	late   []lateConstant
	upper  []*syntax.Local // variables of outer functions, in the order of their numbers
	scope  *scope
	level  int // registers of variables
	free   int // the first register that nothing is in
	used   int // registers that were ever in use
	record *Names
}

// lateConstant is a function of the library that an instruction loads. They get their numbers last: the list of
// texts among the constants ends with the last text.
type lateConstant struct {
	pc    int
	value lua.LValue
}

// place is where code stands that belongs to no node.
type place int

func (p place) Line() int { return int(p) }

// liner is a node, or a place.
type liner interface{ Line() int }

// compile compiles one function and says which variables of those around it it uses.
func (g *generator) compile(node *syntax.Func) (*lua.FunctionProto, []*syntax.Local) {
	g.enter(node)
	defer g.leave()
	f := &function{generator: g, node: node}
	if g.notes != nil {
		f.record = &Names{Func: node, At: map[int]any{}}
	}
	f.open(nil)
	for _, p := range node.Params {
		f.declare(p, f.reserve(1, node))
	}
	if node.Arg != nil {
		f.declare(node.Arg, f.reserve(1, node))
	}
	f.block(node.Body)
	if !returns(node.Body) {
		f.emit(abc(lua.OP_RETURN, 0, 1, 0), place(node.Body.End))
	}
	f.forget()
	return f.finish(), f.upper
}

// finish makes the proto of what was compiled.
func (f *function) finish() *lua.FunctionProto {
	for _, l := range f.late {
		f.code[l.pc] = ax(lua.OP_LOADK, A(f.code[l.pc]), f.pool.add(l.value))
	}
	p := &lua.FunctionProto{
		SourceName: f.file, LineDefined: f.node.Line(), LastLineDefined: f.node.Body.End,
		NumUpvalues: uint8(len(f.upper)), NumParameters: uint8(len(f.node.Params)), NumUsedRegisters: uint8(max(f.used, 2)),
		Code: slices.Clip(slices.Clone(f.code)), DbgSourcePositions: slices.Clip(slices.Clone(f.lines)),
		FunctionPrototypes: slices.Clip(slices.Clone(f.inner)),
	}
	if f.node.Dots && (f.node.Arg != nil || f.node.UsesDots) {
		p.IsVarArg = lua.VarArgIsVarArg
	}
	if f.node.Arg != nil && !f.node.UsesDots {
		p.IsVarArg |= lua.VarArgHasArg | lua.VarArgNeedsArg
	}
	f.pool.into(p)
	if f.record != nil {
		f.record.upvalues(f.upper)
		f.notes[p] = f.record
	}
	return p
}

// emit appends an instruction that belongs to a node and returns its place.
func (f *function) emit(inst uint32, at liner) int {
	if f.record != nil {
		f.record.At[len(f.code)] = at
	}
	f.code = append(f.code, inst)
	f.lines = append(f.lines, at.Line())
	return len(f.code) - 1
}

// here is the place of the next instruction.
func (f *function) here() int { return len(f.code) }

// reserve takes n registers on top and returns the first.
func (f *function) reserve(n int, at liner) int {
	first := f.free
	f.free += n
	if f.free > maxRegisters {
		panic(&syntax.Error{Line: at.Line(), Msg: "too large an expression, or too many local variables in a function", Hint: "split it into several"})
	}
	f.used = max(f.used, f.free)
	return first
}

// enter bounds the recursion: a chain of operators is a deep tree.
func (g *generator) enter(at liner) {
	if g.depth++; g.depth > maxNesting {
		panic(&syntax.Error{Line: at.Line(), Msg: fmt.Sprintf("too large an expression: more than %d levels", maxNesting), Hint: "split it into several"})
	}
}

func (g *generator) leave() { g.depth-- }

// jump emits a jump to be patched.
func (f *function) jump(at liner) int { return f.emit(jumpBy(lua.OP_JMP, 0, 0), at) }

// patch lets jumps lead to a place. Each reaches it: a file of syntax.MaxNodes parts has fewer instructions than a
// jump can go over.
func (f *function) patch(jumps []int, target int) {
	for _, pc := range jumps {
		f.code[pc] = jumpBy(Op(f.code[pc]), A(f.code[pc]), target-pc-1)
	}
}

func (f *function) patchHere(jumps []int) { f.patch(jumps, f.here()) }
