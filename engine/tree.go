package engine

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// scope is the names that are local at a place of a file.
type scope struct {
	parent *scope
	names  []string
	around int // weight of the scopes around it
}

func (s *scope) open(names []string) *scope { return &scope{s, slices.Clone(names), s.weight()} }

// weight is about what the compiler does to find out that a name is none of the locals here.
func (s *scope) weight() int {
	if s == nil {
		return 0
	}
	return s.around + 2 + len(s.names)
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.parent {
		if slices.Contains(s.names, name) {
			return true
		}
	}
	return false
}

// declareLocals runs the right side of a local statement and declares its names, in the compiler's order:
// a function sees the one name it is given to, other values do not.
func declareLocals(s *scope, st *ast.LocalAssignStmt, values func()) {
	if sees := seesItself(st); sees {
		s.names = append(s.names, st.Names...)
		values()
		return
	}
	values()
	s.names = append(s.names, st.Names...)
}

func seesItself(st *ast.LocalAssignStmt) bool {
	if len(st.Names) != 1 || len(st.Exprs) != 1 {
		return false
	}
	_, ok := st.Exprs[0].(*ast.FunctionExpr)
	return ok
}

// parts are the expressions directly inside one that is neither a function nor a chain of `..`.
func parts(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		return []ast.Expr{e.Object, e.Key}
	case *ast.TableExpr:
		list := make([]ast.Expr, 0, 2*len(e.Fields))
		for _, f := range e.Fields {
			list = append(list, f.Key, f.Value)
		}
		return list
	case *ast.FuncCallExpr:
		return append([]ast.Expr{e.Func, e.Receiver}, e.Args...)
	case *ast.LogicalOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.RelationalOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.ArithmeticOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.UnaryMinusOpExpr:
		return []ast.Expr{e.Expr}
	case *ast.UnaryNotOpExpr:
		return []ast.Expr{e.Expr}
	case *ast.UnaryLenOpExpr:
		return []ast.Expr{e.Expr}
	}
	return nil
}

// operandsOf flattens a chain of `..`.
func operandsOf(e *ast.StringConcatOpExpr) []ast.Expr {
	list := []ast.Expr{e.Lhs}
	for {
		next, ok := e.Rhs.(*ast.StringConcatOpExpr)
		if !ok {
			return append(list, e.Rhs)
		}
		list, e = append(list, next.Lhs), next
	}
}
