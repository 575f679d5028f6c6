package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// to computes an expression into a register: a variable's or the first free one. It writes there last, so the
// expression may read what the register held. The registers in use stay the same.
func (f *function) to(e syntax.Expr, dest int) {
	f.enter(e)
	defer f.leave()
	f.used = max(f.used, dest+1)
	if v, ok := f.constantOf(e); ok {
		f.load(v, dest, e)
		return
	}
	switch e := e.(type) {
	case *syntax.Name:
		f.name(e, dest)
	case *syntax.Index:
		f.index(e, dest)
	case *syntax.Func:
		f.closure(e, dest)
	case *syntax.Paren:
		f.to(e.X, dest)
	case *syntax.Logic:
		f.logic(e, dest)
	case *syntax.Binary:
		f.binary(e, dest)
	case *syntax.Unary:
		f.unary(e, dest)
	default:
		f.made(e, dest)
	}
}

// made computes what is made on top of the registers and moved from there.
func (f *function) made(e syntax.Expr, dest int) {
	top := f.free
	switch e := e.(type) {
	case *syntax.Table:
		f.table(e)
	case *syntax.Concat:
		f.concat(e)
	default:
		f.multi(e, 1)
	}
	f.free = top
	f.move(dest, top, e)
}

func (f *function) move(dest, from int, at liner) {
	if dest != from {
		f.emit(abc(lua.OP_MOVE, dest, from, 0), at)
	}
}

// push computes an expression into a new register on top.
func (f *function) push(e syntax.Expr) int {
	reg := f.free
	f.to(e, reg)
	f.reserve(1, e)
	return reg
}

// register answers in which register an expression is: a variable in its own, anything else in a new one on top.
func (f *function) register(e syntax.Expr) int {
	if reg, ok := f.own(e); ok {
		return reg
	}
	return f.push(e)
}

// operand is register, or a constant where an instruction can name one.
func (f *function) operand(e syntax.Expr) int {
	if v, ok := f.constantOf(e); ok {
		return f.constant(v, e)
	}
	return f.register(e)
}

// constant is the operand of a value: by its number, if that is small enough, else in a new register on top.
func (f *function) constant(v lua.LValue, at liner) int {
	if k := f.pool.add(v); k <= maxOperandK {
		return k | isConstant
	}
	return f.pushValue(v, at)
}

func (f *function) load(v lua.LValue, dest int, at liner) {
	switch v {
	case lua.LNil:
		f.emit(abc(lua.OP_LOADNIL, dest, dest, 0), at)
	case lua.LTrue, lua.LFalse:
		f.emit(abc(lua.OP_LOADBOOL, dest, flag(v == lua.LTrue), 0), at)
	default:
		if v.Type() == lua.LTFunction {
			f.late = append(f.late, lateConstant{f.emit(ax(lua.OP_LOADK, dest, 0), at), v})
			return
		}
		f.emit(ax(lua.OP_LOADK, dest, f.pool.add(v)), at)
	}
}

func (f *function) name(e *syntax.Name, dest int) {
	switch {
	case e.Local == nil:
		f.emit(ax(lua.OP_GETGLOBAL, dest, f.pool.add(lua.LString(e.Ident))), e)
	case e.Local.Func == f.node:
		f.move(dest, e.Local.Slot, e)
	default:
		f.emit(abc(lua.OP_GETUPVAL, dest, f.upvalue(e.Local), 0), e)
	}
}

func (f *function) index(e *syntax.Index, dest int) {
	top := f.free
	object := f.register(e.Object)
	key := f.operand(e.Key)
	f.free = top
	f.emit(abc(keyed(e.Key, key, lua.OP_GETTABLE, lua.OP_GETTABLEKS), dest, object, key), e)
}

// keyed chooses between an instruction for any key and its faster form for a constant text.
func keyed(e syntax.Expr, operand, any, text int) int {
	if _, ok := e.(*syntax.String); ok && operand&isConstant != 0 {
		return text
	}
	return any
}

func (f *function) binary(e *syntax.Binary, dest int) {
	if e.Op.Compares() {
		f.truth(e, dest)
		return
	}
	top := f.free
	left := f.operand(e.Left)
	right := f.operand(e.Right)
	f.free = top
	op := [...]int{lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD, lua.OP_POW}[e.Op]
	f.emit(abc(op, dest, left, right), e)
}

func (f *function) unary(e *syntax.Unary, dest int) {
	if e.Op == syntax.Not && branches(e.X) {
		f.truth(e, dest)
		return
	}
	top := f.free
	x := f.register(e.X)
	f.free = top
	op := map[syntax.Op]int{syntax.Minus: lua.OP_UNM, syntax.Not: lua.OP_NOT, syntax.Len: lua.OP_LEN}[e.Op]
	f.emit(abc(op, dest, x, 0), e)
}

// concat joins texts by a call of the bounded function, whose result is on top.
func (f *function) concat(e *syntax.Concat) {
	f.call(f.pushValue(f.lib.Concat, e), 1, e, e.List)
}
