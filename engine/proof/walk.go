package proof

import "moonwire/engine/syntax"

// Block is for syntax.Parts.
func (p *prover) Block(b *syntax.Block) {
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
		p.Expr(s.Call)
	case *syntax.Return:
		p.exprs(s.Values)
	default:
		syntax.Parts(s, p)
	}
}

// target is what is assigned to: a variable is not read by that, a table is.
func (p *prover) target(e syntax.Expr) {
	p.assign(e)
	if index, ok := e.(*syntax.Index); ok {
		p.Expr(index.Object)
		p.Expr(index.Key)
	}
}

func (p *prover) function(f *syntax.Func) {
	around := p.fn
	p.fn = f
	p.Block(f.Body)
	p.fn = around
}

func (p *prover) exprs(list []syntax.Expr) {
	for _, e := range list {
		p.Expr(e)
	}
}

// Expr looks at an expression; nil is none.
func (p *prover) Expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Name:
		p.mention(e)
	case *syntax.Index:
		p.index(e)
	case *syntax.Call:
		p.handlers(e)
		if !p.call(e) {
			p.Expr(e.Func)
		}
		p.exprs(e.Args)
	case *syntax.Method:
		p.Expr(e.Object)
		p.exprs(e.Args)
	case *syntax.Func:
		p.function(e)
	default:
		syntax.Operands(e, p)
	}
}

// index is a read. table.concat is no mention of the library as a value; table.insert is one of a native that writes.
func (p *prover) index(e *syntax.Index) {
	if native := syntax.GlobalName(e); native == "" {
		p.Expr(e.Object)
	} else if p.lib.Writes(native) {
		p.doubts(e.Line(), Value, native)
	}
	p.Expr(e.Key)
}
