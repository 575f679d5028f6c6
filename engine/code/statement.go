package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// block compiles statements in the scope that is open.
func (f *function) block(b *syntax.Block) {
	f.enter(place(b.End))
	defer f.leave()
	for _, s := range b.Stmts {
		f.statement(s)
		f.free = f.level
	}
}

// scoped compiles a block in a scope of its own.
func (f *function) scoped(b *syntax.Block, l *loop) {
	f.open(l)
	f.block(b)
	f.close(place(b.End))
}

func (f *function) statement(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Declare:
		first := f.free
		f.adjust(s.Values, len(s.Locals), s)
		for i, l := range s.Locals {
			f.declare(l, first+i)
			l.Number = i < len(s.Values) && !l.Assigned && f.isNumber(s.Values[i])
		}
	case *syntax.LocalFunction:
		f.declare(s.Local, f.reserve(1, s))
		f.closure(s.Func, s.Local.Slot)
	case *syntax.Function:
		f.prepare([]syntax.Expr{s.Target})[0].assign(f, s.Func, s)
	case *syntax.Assign:
		f.assign(s)
	case *syntax.CallStmt:
		f.multi(s.Call, 0)
	case *syntax.Do:
		f.scoped(s.Body, nil)
	case *syntax.If:
		f.ifStatement(s)
	case *syntax.Return:
		f.returnStatement(s)
	case *syntax.Break:
		f.leaveLoop(s)
	default:
		f.loopStatement(s)
	}
}

func (f *function) ifStatement(s *syntax.If) {
	var done []int
	for i, arm := range s.Arms {
		past := f.unless(arm.Cond)
		f.scoped(arm.Body, nil)
		if i < len(s.Arms)-1 || s.Else != nil {
			done = append(done, f.jump(place(arm.Body.End)))
		}
		f.patchHere(past)
	}
	if s.Else != nil {
		f.scoped(s.Else, nil)
	}
	f.patchHere(done)
}

// returnStatement makes no tail calls: an endless one must use up the stack, and each leaves its trace.
func (f *function) returnStatement(s *syntax.Return) {
	if len(s.Values) == 1 && !syntax.Multi(s.Values[0]) {
		f.emit(abc(lua.OP_RETURN, f.register(s.Values[0]), 2, 0), s)
		return
	}
	base, count := f.free, 0 // all that lies on top
	if f.pushAll(s.Values) {
		count = len(s.Values) + 1
	}
	f.emit(abc(lua.OP_RETURN, base, count, 0), s)
}

// returns reports whether a block's last statement is a return. Nothing leads behind it then.
func returns(b *syntax.Block) bool {
	if len(b.Stmts) == 0 {
		return false
	}
	_, ok := b.Stmts[len(b.Stmts)-1].(*syntax.Return)
	return ok
}
