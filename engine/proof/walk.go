package proof

import "moonwire/engine/syntax"

func (p *prover) block(b *syntax.Block) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		p.stmt(s)
	}
}

func (p *prover) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Declare:
		p.exprs(s.Values)
		p.declare(s)
	case *syntax.LocalFunction:
		p.function(s.Func)
	case *syntax.Function:
		p.target(s.Target)
		p.function(s.Func)
	case *syntax.Assign:
		for _, t := range s.Targets {
			p.target(t)
		}
		p.exprs(s.Values)
	case *syntax.CallStmt:
		p.expr(s.Call)
	case *syntax.Return:
		p.exprs(s.Values)
	default:
		p.nested(s)
	}
}

func (p *prover) nested(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Do:
		p.block(s.Body)
	case *syntax.While:
		p.expr(s.Cond)
		p.block(s.Body)
	case *syntax.Repeat:
		p.block(s.Body)
		p.expr(s.Until)
	case *syntax.If:
		for _, arm := range s.Arms {
			p.expr(arm.Cond)
			p.block(arm.Body)
		}
		p.block(s.Else)
	case *syntax.NumericFor:
		p.exprs([]syntax.Expr{s.Init, s.Limit, s.Step})
		p.block(s.Body)
	case *syntax.GenericFor:
		p.exprs(s.Values)
		p.block(s.Body)
	}
}

// target is what is assigned to: a variable is not read by that, a table is.
func (p *prover) target(e syntax.Expr) {
	p.assign(e)
	if index, ok := e.(*syntax.Index); ok {
		p.expr(index.Object)
		p.expr(index.Key)
	}
}

func (p *prover) function(f *syntax.Func) {
	around := p.fn
	p.fn = f
	p.block(f.Body)
	p.fn = around
}

func (p *prover) exprs(list []syntax.Expr) {
	for _, e := range list {
		p.expr(e)
	}
}

func (p *prover) expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Name:
		p.mention(e)
	case *syntax.Index:
		p.index(e)
	case *syntax.Call:
		p.handlers(e)
		if !p.call(e) {
			p.expr(e.Func)
		}
		p.exprs(e.Args)
	case *syntax.Method:
		p.expr(e.Object)
		p.exprs(e.Args)
	case *syntax.Func:
		p.function(e)
	case *syntax.Table:
		for _, f := range e.Fields {
			p.expr(f.Key)
			p.expr(f.Value)
		}
	default:
		p.operands(e)
	}
}

// index is a read. table.concat is no mention of the library as a value; table.insert is one of a native that writes.
func (p *prover) index(e *syntax.Index) {
	if native := nativeName(e); native == "" {
		p.expr(e.Object)
	} else if p.lib.Writes(native) {
		p.doubts(e.Line(), Value, native)
	}
	p.expr(e.Key)
}

func (p *prover) operands(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Logic:
		p.exprs(e.List)
	case *syntax.Concat:
		p.exprs(e.List)
	case *syntax.Binary:
		p.expr(e.Left)
		p.expr(e.Right)
	case *syntax.Unary:
		p.expr(e.X)
	case *syntax.Paren:
		p.expr(e.X)
	}
}
