package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// all wants every value that there is.
const all = -1

// multi computes a call or ... on top of the registers, with so many values or all of them. Their registers are not
// reserved.
func (f *function) multi(e syntax.Expr, want int) {
	switch e := e.(type) {
	case *syntax.Dots:
		f.emit(abc(lua.OP_VARARG, f.free, want+1, 0), e)
		f.used = max(f.used, f.free+max(want, 0))
	case *syntax.Call:
		base := f.push(e.Func)
		f.call(base, want, e, e.Args)
	case *syntax.Method:
		f.method(e, want)
	}
}

// call emits the call of what is in base with what lies above it, and with more arguments.
func (f *function) call(base, want int, at liner, args []syntax.Expr) {
	count := 0 // all that lies on top
	if f.pushAll(args) {
		count = f.free - base
	}
	f.emit(abc(lua.OP_CALL, base, count, want+1), at)
	f.free = base
	f.used = max(f.used, base+max(want, 0))
}

// method emits object:name(…).
func (f *function) method(e *syntax.Method, want int) {
	base := f.free
	object := f.register(e.Object)
	f.free = base
	f.reserve(2, e)
	name := f.pool.add(lua.LString(e.Name))
	if name <= maxOperandK {
		name |= isConstant
	} else {
		f.emit(ax(lua.OP_LOADK, base+1, name), e)
		name = base + 1
	}
	f.emit(abc(lua.OP_SELF, base, object, name), e)
	f.call(base, want, e, e.Args)
}

// pushAll pushes expressions. Where the last one gives any number of values, all of them lie on top of the registers
// in use, and counted is false.
func (f *function) pushAll(list []syntax.Expr) (counted bool) {
	for i, e := range list {
		if i == len(list)-1 && syntax.Multi(e) {
			f.multi(e, all)
			return false
		}
		f.push(e)
	}
	return true
}

// pushValue puts a value of ours on top.
func (f *function) pushValue(v lua.LValue, at liner) int {
	reg := f.reserve(1, at)
	f.load(v, reg, at)
	return reg
}

// adjust pushes exactly so many values, as an assignment wants them: what is missing is nil, what is too much is
// computed and dropped.
func (f *function) adjust(list []syntax.Expr, want int, at liner) {
	end := f.free + want
	for i, e := range list {
		if i == len(list)-1 && syntax.Multi(e) {
			f.multi(e, end-f.free)
			f.reserve(end-f.free, e)
			return
		}
		f.push(e)
		f.free = min(f.free, end)
	}
	if missing := end - f.free; missing > 0 {
		reg := f.reserve(missing, at)
		f.emit(abc(lua.OP_LOADNIL, reg, end-1, 0), at)
	}
}
