package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// exits are jumps out of a chain of `and` and `or` that wait for the place where its value is known.
type exits struct {
	carried []int // the value is in the register already, or nobody wants it
	decided []int // the value is what was decided: true, or false
}

// noValue in place of a register: only the way matters, not the value.
const noValue = -1

// branch emits code that leaves, with the value in dest, when e is as true as when says, and goes on to the next
// instruction when it is not.
func (f *function) branch(e syntax.Expr, when bool, dest int, out *exits) {
	f.enter(e)
	defer f.leave()
	if v, ok := f.constantOf(e); ok {
		f.branchConstant(e, lua.LVAsBool(v) == when, dest, out)
		return
	}
	switch x := e.(type) {
	case *syntax.Logic:
		f.branchChain(x, when, dest, out)
		return
	case *syntax.Unary:
		if x.Op == syntax.Not {
			var reached exits
			f.branch(x.X, !when, noValue, &reached)
			out.add(reached.carried, dest)
			return
		}
	case *syntax.Binary:
		if x.Op.Compares() {
			f.compare(x, when)
			out.add([]int{f.jump(e)}, dest)
			return
		}
	}
	f.branchValue(e, when, dest, out)
}

// add adds jumps whose value is not in the register.
func (out *exits) add(jumps []int, dest int) {
	if dest == noValue {
		out.carried = append(out.carried, jumps...)
	} else {
		out.decided = append(out.decided, jumps...)
	}
}

func (f *function) branchConstant(e syntax.Expr, leaves bool, dest int, out *exits) {
	if !leaves {
		return
	}
	if dest != noValue {
		f.to(e, dest)
	}
	out.carried = append(out.carried, f.jump(e))
}

// branchChain: of `a and b` each operand can leave for false, but only b for true; of `a or b` the other way
// round.
func (f *function) branchChain(e *syntax.Logic, when bool, dest int, out *exits) {
	if e.And != when {
		for _, x := range e.List {
			f.branch(x, when, dest, out)
		}
		return
	}
	last := len(e.List) - 1
	var past exits
	for _, x := range e.List[:last] {
		f.branch(x, !when, noValue, &past)
	}
	f.branch(e.List[last], when, dest, out)
	f.patchHere(past.carried)
}

func (f *function) branchValue(e syntax.Expr, when bool, dest int, out *exits) {
	top := f.free
	reg := f.register(e)
	f.free = top
	if dest == noValue || dest == reg {
		f.emit(abc(lua.OP_TEST, reg, 0, flag(when)), e)
	} else {
		f.emit(abc(lua.OP_TESTSET, dest, reg, flag(when)), e)
	}
	out.carried = append(out.carried, f.jump(e))
}

// compare emits a comparison; the instruction behind it, a jump, is done when it comes out as when says.
func (f *function) compare(e *syntax.Binary, when bool) {
	top := f.free
	left := f.operand(e.Left)
	right := f.operand(e.Right)
	f.free = top
	op := lua.OP_EQ
	switch e.Op {
	case syntax.Ne:
		when = !when
	case syntax.Lt:
		op = lua.OP_LT
	case syntax.Le:
		op = lua.OP_LE
	case syntax.Gt:
		op, left, right = lua.OP_LT, right, left
	case syntax.Ge:
		op, left, right = lua.OP_LE, right, left
	}
	f.emit(abc(op, flag(when), left, right), e)
}

// unless emits the jumps that are made when a condition does not hold.
func (f *function) unless(cond syntax.Expr) []int {
	var out exits
	f.branch(cond, false, noValue, &out)
	return out.carried
}

// logic computes the value of a chain. The last operand is computed in place; the others leave with theirs, of `or` a true
// one, of `and` a false one.
func (f *function) logic(e *syntax.Logic, dest int) {
	var out exits
	last := len(e.List) - 1
	for _, x := range e.List[:last] {
		f.branch(x, !e.And, dest, &out)
	}
	f.to(e.List[last], dest)
	if len(out.decided) > 0 {
		out.carried = append(out.carried, f.jump(e))
		f.patchHere(out.decided)
		f.emit(abc(lua.OP_LOADBOOL, dest, flag(!e.And), 0), e)
	}
	f.patchHere(out.carried)
}

// truth computes the value of a comparison or a not: true or false.
func (f *function) truth(e syntax.Expr, dest int) {
	var out exits
	f.branch(e, true, noValue, &out)
	f.emit(abc(lua.OP_LOADBOOL, dest, 0, 1), e)
	f.patchHere(out.carried)
	f.emit(abc(lua.OP_LOADBOOL, dest, 1, 0), e)
}

// branches reports whether an expression is decided by jumps.
func branches(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Logic:
		return true
	case *syntax.Unary:
		return e.Op == syntax.Not
	case *syntax.Binary:
		return e.Op.Compares()
	}
	return false
}
