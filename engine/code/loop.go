package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

func (f *function) loopStatement(s syntax.Stmt) {
	l := &loop{}
	switch s := s.(type) {
	case *syntax.While:
		f.while(s, l)
	case *syntax.Repeat:
		f.repeat(s, l)
	case *syntax.NumericFor:
		f.numericFor(s, l)
	case *syntax.GenericFor:
		f.genericFor(s, l)
	}
	f.patchHere(l.breaks)
}

func (f *function) while(s *syntax.While, l *loop) {
	start := f.here()
	done := f.unless(s.Cond)
	f.scoped(s.Body, l)
	f.patch([]int{f.jump(place(s.Body.End))}, start)
	f.patchHere(done)
}

// repeat tests its condition while the body's variables are in scope, and gives up those that functions have kept
// on both ways from there.
func (f *function) repeat(s *syntax.Repeat, l *loop) {
	start := f.here()
	f.open(l)
	f.block(s.Body)
	again := f.unless(s.Until)
	if !f.scope.captured() {
		f.forget()
		f.patch(again, start)
		return
	}
	f.leaveLoop(s.Until)
	f.patchHere(again)
	f.close(s.Until)
	f.patch([]int{f.jump(s.Until)}, start)
}

// numericFor keeps counter, limit and step in three registers before the variable, which is a new one each time.
func (f *function) numericFor(s *syntax.NumericFor, l *loop) {
	f.open(nil)
	base := f.bounds(s)
	f.level = f.free
	prepare := f.emit(jumpBy(lua.OP_FORPREP, base, 0), s)
	f.open(l)
	f.declare(s.Var, f.reserve(1, s))
	s.Var.Number = !s.Var.Assigned
	f.block(s.Body)
	f.close(place(s.Body.End))
	f.patchHere([]int{prepare})
	loop := f.emit(jumpBy(lua.OP_FORLOOP, base, 0), s)
	f.patch([]int{loop}, prepare+1)
	f.forget()
}

// bounds pushes the three numbers of a loop. What may be a text or none at all goes through a function: the machine
// takes numbers only.
func (f *function) bounds(s *syntax.NumericFor) (base int) {
	base = f.free
	sure := f.isNumber(s.Init) && f.isNumber(s.Limit) && (s.Step == nil || f.isNumber(s.Step))
	if !sure {
		f.pushValue(f.lib.Bounds, s)
	}
	f.push(s.Init)
	f.push(s.Limit)
	if s.Step != nil {
		f.push(s.Step)
	} else {
		f.pushValue(lua.LNumber(1), s)
	}
	if !sure {
		f.call(base, 3, s, nil)
		f.reserve(3, s)
	}
	return base
}

// isNumber reports whether an expression, if it has a value at all, is a number.
func (f *function) isNumber(e syntax.Expr) bool {
	if v, ok := f.constantOf(e); ok {
		return v.Type() == lua.LTNumber
	}
	switch e := e.(type) {
	case *syntax.Name:
		return e.Local != nil && e.Local.Number
	case *syntax.Call:
		name, count := syntax.GlobalName(e.Func), false
		if len(e.Args) > 0 {
			text, ok := e.Args[0].(*syntax.String)
			count = ok && text.Value == "#"
		}
		return f.lib.Value(name) != nil && (f.lib.Numbers[name] || name == "select" && count)
	case *syntax.Unary:
		return e.Op == syntax.Len || e.Op == syntax.Minus && f.isNumber(e.X)
	case *syntax.Binary: // of anything else, metamethods may make what they like
		return !e.Op.Compares() && f.isNumber(e.Left) && f.isNumber(e.Right)
	}
	return false
}

// genericFor keeps iterator, state and control in three registers before the variables.
func (f *function) genericFor(s *syntax.GenericFor, l *loop) {
	f.open(nil)
	base := f.free
	f.adjust(s.Values, 3, s)
	f.level = f.free
	f.used = max(f.used, base+6) // the call of the iterator
	enter := f.jump(s)
	f.open(l)
	start := f.here()
	for _, v := range s.Vars {
		f.declare(v, f.reserve(1, s))
	}
	f.block(s.Body)
	f.close(place(s.Body.End))
	f.patchHere([]int{enter})
	call := f.emit(abc(lua.OP_TFORLOOP, base, 0, len(s.Vars)), s)
	f.lines[call] = s.Values[0].Line()
	f.patch([]int{f.jump(s)}, start)
	f.forget()
}
