package syntax

// Visitor is told of the parts of statements and expressions, in the order of the text.
type Visitor interface {
	Expr(e Expr)    // nil where there is none: the step of a loop
	Block(b *Block) // nil where there is none: else
}

// Parts visits the parts of a statement with blocks of its own. Others have none here.
func Parts(s Stmt, v Visitor) {
	switch s := s.(type) {
	case *Do:
		v.Block(s.Body)
	case *While:
		v.Expr(s.Cond)
		v.Block(s.Body)
	case *Repeat:
		v.Block(s.Body)
		v.Expr(s.Until)
	case *If:
		for _, arm := range s.Arms {
			v.Expr(arm.Cond)
			v.Block(arm.Body)
		}
		v.Block(s.Else)
	case *NumericFor:
		v.Expr(s.Init)
		v.Expr(s.Limit)
		v.Expr(s.Step)
		v.Block(s.Body)
	case *GenericFor:
		visit(s.Values, v)
		v.Block(s.Body)
	}
}

// Operands visits the operands of operators and brackets, and what stands in a constructor. Other expressions have none here.
func Operands(e Expr, v Visitor) {
	switch e := e.(type) {
	case *Logic:
		visit(e.List, v)
	case *Concat:
		visit(e.List, v)
	case *Binary:
		v.Expr(e.Left)
		v.Expr(e.Right)
	case *Unary:
		v.Expr(e.X)
	case *Paren:
		v.Expr(e.X)
	case *Table:
		for _, f := range e.Fields {
			v.Expr(f.Key)
			v.Expr(f.Value)
		}
	}
}

func visit(list []Expr, v Visitor) {
	for _, e := range list {
		v.Expr(e)
	}
}

// GlobalName is the full name of a global, or of a field of one: "print", "string.format"; "" of anything else.
func GlobalName(e Expr) string {
	switch e := e.(type) {
	case *Name:
		if e.Local == nil {
			return e.Ident
		}
	case *Index:
		library, ok := e.Object.(*Name)
		member, isText := e.Key.(*String)
		if ok && isText && library.Local == nil {
			return library.Ident + "." + member.Value
		}
	}
	return ""
}
