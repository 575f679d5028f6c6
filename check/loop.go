package check

import (
	"moonwire/engine/syntax"
	"moonwire/words"
)

// loop judges a loop whose condition never changes.
func (w *walker) loop(st syntax.Stmt) {
	var body *syntax.Block
	switch st := st.(type) {
	case *syntax.While:
		switch st.Cond.(type) {
		case *syntax.True, *syntax.Number, *syntax.String:
			body = st.Body
		}
	case *syntax.Repeat:
		switch st.Until.(type) {
		case *syntax.False, *syntax.Nil:
			body = st.Body
		}
	}
	if body == nil {
		return
	}
	l := leaving{}
	l.Block(body)
	if !l.found {
		w.e.wrong(w.file, st.Line(), words.Say(words.EndlessLoop))
	}
}

// leaving looks for what may end a loop: break, return, and any call, which may raise or wait.
type leaving struct {
	found bool
	inner int // loops within, whose breaks are their own
}

// Block is for syntax.Parts.
func (l *leaving) Block(b *syntax.Block) {
	if b == nil || l.found {
		return
	}
	for _, s := range b.Stmts {
		l.stmt(s)
	}
}

func (l *leaving) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Break:
		l.found = l.found || l.inner == 0
	case *syntax.Return, *syntax.CallStmt:
		l.found = true
	case *syntax.Declare:
		l.exprs(s.Values)
	case *syntax.Assign:
		l.exprs(s.Targets)
		l.exprs(s.Values)
	case *syntax.While, *syntax.Repeat, *syntax.NumericFor:
		l.inner++
		syntax.Parts(s, l)
		l.inner--
	case *syntax.GenericFor:
		l.found = true // it calls its iterator
	default:
		syntax.Parts(s, l)
	}
}

func (l *leaving) exprs(list []syntax.Expr) {
	for _, e := range list {
		l.Expr(e)
	}
}

// Expr looks for calls.
func (l *leaving) Expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Call, *syntax.Method:
		l.found = true
	case *syntax.Index:
		l.Expr(e.Object)
		l.Expr(e.Key)
	default:
		syntax.Operands(e, l)
	}
}
