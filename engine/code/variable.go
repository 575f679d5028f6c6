package code

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// scope is the variables of one block.
type scope struct {
	outer  *scope
	first  int // register
	locals []*syntax.Local
	loop   *loop // that the block is the body of
}

// loop collects the jumps out of it.
type loop struct{ breaks []int }

func (f *function) open(l *loop) { f.scope = &scope{outer: f.scope, first: f.level, loop: l} }

// declare makes a register that is already reserved a variable's.
func (f *function) declare(l *syntax.Local, reg int) {
	l.Slot = reg
	f.scope.locals = append(f.scope.locals, l)
	f.level = reg + 1
	if f.record != nil {
		f.record.begin(l, f.here())
	}
}

// close ends a block: variables that functions have kept are theirs from now on.
func (f *function) close(at liner) {
	if f.scope.captured() {
		f.emit(abc(lua.OP_CLOSE, f.scope.first, 0, 0), at)
	}
	f.forget()
}

// forget ends a block whose variables are left as they are.
func (f *function) forget() {
	s := f.scope
	if f.record != nil {
		f.record.end(len(s.locals), f.here())
	}
	f.level, f.free, f.scope = s.first, s.first, s.outer
}

func (s *scope) captured() bool {
	return slices.ContainsFunc(s.locals, func(l *syntax.Local) bool { return l.Captured })
}

// leaveLoop emits the way out of the innermost loop.
func (f *function) leaveLoop(at liner) {
	captured := false
	s := f.scope
	for ; s.loop == nil; s = s.outer {
		captured = captured || s.captured()
	}
	if captured || s.captured() {
		f.emit(abc(lua.OP_CLOSE, s.first, 0, 0), at)
	}
	s.loop.breaks = append(s.loop.breaks, f.jump(at))
}

// own reports whether a name is a variable of this very function, and in which register.
func (f *function) own(e syntax.Expr) (reg int, ok bool) {
	name, isName := e.(*syntax.Name)
	if !isName || name.Local == nil || name.Local.Func != f.node {
		return 0, false
	}
	return name.Local.Slot, true
}

// upvalue is the number by which a function knows a variable of one around it.
func (f *function) upvalue(l *syntax.Local) int {
	if i := slices.Index(f.upper, l); i >= 0 {
		return i
	}
	if len(f.upper) == maxUpvalues {
		panic(&syntax.Error{Line: max(f.node.Line(), 1), Msg: fmt.Sprintf(
			"a function uses more than %d outer variables (locals of the functions around it)", maxUpvalues), Hint: "put them into a table"})
	}
	f.upper = append(f.upper, l)
	return len(f.upper) - 1
}

// closure makes a function a value in a register. Behind the instruction stands where each outer variable is.
func (f *function) closure(node *syntax.Func, dest int) {
	proto, upper := f.compile(node)
	f.inner = append(f.inner, proto)
	f.emit(ax(lua.OP_CLOSURE, dest, len(f.inner)-1), node)
	for _, l := range upper {
		if l.Func == f.node {
			f.emit(abc(lua.OP_MOVE, 0, l.Slot, 0), node)
		} else {
			f.emit(abc(lua.OP_GETUPVAL, 0, f.upvalue(l), 0), node)
		}
	}
}
