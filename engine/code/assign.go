package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// assign stores values into targets. All values are computed before any is stored, and stores go from right to
// left, as in lua5.1.
func (f *function) assign(s *syntax.Assign) {
	targets := f.prepare(s.Targets)
	last := len(targets) - 1
	top := f.free
	if len(s.Values) == len(targets) {
		for _, v := range s.Values[:last] {
			f.push(v)
		}
		targets[last].assign(f, s.Values[last], s)
		last--
	} else {
		f.adjust(s.Values, len(targets), s)
	}
	for i := last; i >= 0; i-- {
		targets[i].store(f, top+i, s)
	}
}

// target is a place that is ready to be stored into.
type target struct {
	expr        syntax.Expr
	object, key int // operands of an index
}

// prepare computes the objects and keys of targets. A variable that is a target itself is copied where an earlier
// target stands on it: `t[i], i = …` stores into the old i.
func (f *function) prepare(list []syntax.Expr) []target {
	targets := make([]target, len(list))
	for i, e := range list {
		targets[i].expr = e
		if field, ok := e.(*syntax.Index); ok {
			targets[i].object = f.register(field.Object)
			targets[i].key = f.operand(field.Key)
		} else if reg, ok := f.own(e); ok {
			f.spare(targets[:i], reg, e)
		}
	}
	return targets
}

func (f *function) spare(targets []target, reg int, at liner) {
	copied := -1
	for i := range targets {
		t := &targets[i]
		if _, ok := t.expr.(*syntax.Index); !ok || t.object != reg && t.key != reg {
			continue
		}
		if copied < 0 {
			copied = f.reserve(1, at)
			f.move(copied, reg, at)
		}
		if t.object == reg {
			t.object = copied
		}
		if t.key == reg {
			t.key = copied
		}
	}
}

// assign computes a value and stores it; a variable gets it directly.
func (t target) assign(f *function, value syntax.Expr, at liner) {
	if reg, ok := f.own(t.expr); ok {
		f.to(value, reg)
		return
	}
	top := f.free
	if _, ok := t.expr.(*syntax.Index); ok {
		t.store(f, f.operand(value), at)
	} else {
		t.store(f, f.register(value), at)
	}
	f.free = top
}

// store stores an operand, which is a register unless the target is an index.
func (t target) store(f *function, value int, at liner) {
	switch e := t.expr.(type) {
	case *syntax.Index:
		if appends(e) {
			f.wantRoom(t.key, at)
		}
		f.emit(abc(keyed(e.Key, t.key, lua.OP_SETTABLE, lua.OP_SETTABLEKS), t.object, t.key, value), e)
	case *syntax.Name:
		switch {
		case e.Local == nil:
			f.emit(ax(lua.OP_SETGLOBAL, value, f.pool.add(lua.LString(e.Ident))), at)
		case e.Local.Func == f.node:
			f.move(e.Local.Slot, value, at)
		default:
			f.emit(abc(lua.OP_SETUPVAL, value, f.upvalue(e.Local), 0), at)
		}
	}
}

// appends recognises t[#t+1].
func appends(e *syntax.Index) bool {
	sum, ok := e.Key.(*syntax.Binary)
	if !ok || sum.Op != syntax.Add {
		return false
	}
	length, ok := sum.Left.(*syntax.Unary)
	one, isOne := sum.Right.(*syntax.Number)
	return ok && length.Op == syntax.Len && isOne && one.Value == 1
}

// wantRoom raises where a list is full, before `t[#t+1] = v` stores.
func (f *function) wantRoom(index int, at liner) {
	top := f.free
	f.emit(abc(lua.OP_LT, 0, f.constant(lua.LNumber(f.lib.MaxItems), at), index), at)
	fits := f.jump(at)
	f.call(f.pushValue(f.lib.TooLong, at), 0, at, nil)
	f.patchHere([]int{fits})
	f.free = top
}
