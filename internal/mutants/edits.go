package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// edit replaces a piece of a file, given in bytes.
type edit struct {
	from, to int
	text     string
}

// swaps are the operators that stand in for an operator: its other boundary and its opposite.
var swaps = map[token.Token][]string{
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.EQL: {"!="}, token.NEQ: {"=="}, token.LAND: {"||"}, token.LOR: {"&&"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"},
	token.ADD_ASSIGN: {"-="}, token.SUB_ASSIGN: {"+="}, token.INC: {"--"}, token.DEC: {"++"},
}

// edits returns every fault that can be put into a part of a file: what each would do to the text. Some will not
// compile, as the types are not known here.
func edits(s *source, part ast.Node) []edit {
	e := editor{s: s}
	ast.PreorderStack(part, nil, func(n ast.Node, above []ast.Node) bool {
		e.node(n, above)
		return true
	})
	slices.SortFunc(e.all, func(a, b edit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		if a.to != b.to {
			return a.to - b.to
		}
		return slices.Compare([]byte(a.text), []byte(b.text))
	})
	return slices.Compact(e.all)
}

type editor struct {
	s   *source
	all []edit
}

func (e *editor) replace(from, to token.Pos, text string) {
	e.all = append(e.all, edit{e.s.offset(from), e.s.offset(to), text})
}

func (e *editor) drop(n ast.Node) { e.replace(n.Pos(), n.End(), "") }

func (e *editor) swap(at token.Pos, op token.Token) {
	for _, other := range swaps[op] {
		e.replace(at, at+token.Pos(len(op.String())), other)
	}
}

func (e *editor) node(n ast.Node, above []ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		e.swap(n.OpPos, n.Op)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			e.replace(n.OpPos, n.X.Pos(), "")
		}
	case *ast.IfStmt:
		e.negate(n.Cond)
	case *ast.ForStmt:
		e.negate(n.Cond)
	case *ast.BasicLit:
		e.number(n)
	case *ast.Ident:
		if other, ok := map[string]string{"true": "false", "false": "true"}[n.Name]; ok {
			e.replace(n.Pos(), n.End(), other)
		}
	case *ast.ReturnStmt:
		e.zeroes(n, signature(above))
	case ast.Stmt:
		e.statement(n, above)
	}
}

// statement leaves out a statement that does something.
func (e *editor) statement(n ast.Stmt, above []ast.Node) {
	if len(above) > 0 {
		if loop, ok := above[len(above)-1].(*ast.ForStmt); ok && loop.Post == n {
			return // the loop would not end
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE || slices.ContainsFunc(n.Lhs, isBlank) {
			return
		}
		e.swap(n.TokPos, n.Tok)
		e.drop(n)
	case *ast.IncDecStmt:
		e.swap(n.TokPos, n.Tok)
		e.drop(n)
	case *ast.BranchStmt:
		if n.Tok == token.CONTINUE || n.Tok == token.BREAK {
			e.drop(n)
		}
	case *ast.ExprStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt:
		e.drop(n)
	}
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// negate turns a condition that has no operator of its own to turn.
func (e *editor) negate(cond ast.Expr) {
	switch c := cond.(type) {
	case nil:
		return
	case *ast.UnaryExpr:
		return
	case *ast.BinaryExpr:
		if c.Op != token.LAND && c.Op != token.LOR {
			return
		}
	}
	e.replace(cond.Pos(), cond.End(), "!("+e.s.of(cond)+")")
}

// number moves a whole number by one.
func (e *editor) number(n *ast.BasicLit) {
	if n.Kind != token.INT {
		return
	}
	v, err := strconv.ParseInt(n.Value, 0, 63)
	if err != nil {
		return
	}
	e.replace(n.Pos(), n.End(), strconv.FormatInt(v+1, 10))
	if v > 0 {
		e.replace(n.Pos(), n.End(), strconv.FormatInt(v-1, 10))
	}
}

// signature is the function that a statement returns from.
func signature(above []ast.Node) *ast.FuncType {
	for _, n := range slices.Backward(above) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n.Type
		case *ast.FuncDecl:
			return n.Type
		}
	}
	return nil
}

// zeroes returns nothing in place of each result.
func (e *editor) zeroes(n *ast.ReturnStmt, f *ast.FuncType) {
	if f == nil || f.Results == nil {
		return
	}
	var types []ast.Expr
	for _, field := range f.Results.List {
		for range max(1, len(field.Names)) {
			types = append(types, field.Type)
		}
	}
	if len(types) != len(n.Results) {
		return // return f(), or a bare return
	}
	for i, x := range n.Results {
		zero := e.zero(types[i])
		if text := e.s.of(x); text == zero || text == "true" || text == "nil" || isEmptyLiteral(x) {
			continue
		}
		e.replace(x.Pos(), x.End(), zero)
	}
}

func isEmptyLiteral(x ast.Expr) bool {
	lit, ok := x.(*ast.CompositeLit)
	return ok && len(lit.Elts) == 0
}

func (e *editor) zero(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr, *ast.MapType, *ast.FuncType, *ast.ChanType, *ast.InterfaceType:
		return "nil"
	case *ast.ArrayType:
		if t.Len == nil {
			return "nil"
		}
	case *ast.Ident:
		switch t.Name {
		case "error", "any":
			return "nil"
		case "string":
			return `""`
		case "bool":
			return "false"
		case "int", "int64", "int32", "uint64", "uint32", "uint", "byte", "rune", "uint16", "float64":
			return "0"
		}
	}
	return "*new(" + e.s.of(t) + ")"
}
