package engine

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// maxLinks is how many elseif, and operands of `and` and `or`, may stand after one another around a place. The
// parser nests them in one another, so the compiler recurses; for the author nothing is nested.
const maxLinks = 1_000

// branches walks an if with all its elseif as one level.
func (m *measurer) branches(s *ast.IfStmt, depth int) {
	scope, links := m.scope, m.links
	for {
		m.expr(s.Condition, depth+1)
		m.block(s.Then, depth+1, nil)
		next := elseIf(s)
		if next == nil || !m.link(next, "elseif") || !m.enter(next.Line(), depth) {
			break
		}
		m.scope = m.scope.open(nil)
		s = next
	}
	m.block(s.Else, depth+1, nil)
	m.scope, m.links = scope, links
}

// elseIf is the if that is all of the else of another; nil if there is none.
func elseIf(s *ast.IfStmt) *ast.IfStmt {
	if len(s.Else) != 1 {
		return nil
	}
	next, _ := s.Else[0].(*ast.IfStmt)
	return next
}

// operands walks a chain of `and` and `or`, which the parser nests to the left, as one level.
func (m *measurer) operands(e *ast.LogicalOpExpr, depth int) {
	links := m.links
	for {
		m.expr(e.Rhs, depth+1)
		next, ok := e.Lhs.(*ast.LogicalOpExpr)
		if !ok || !m.link(next, "operands of and and or") || !m.enter(next.Line(), depth) {
			break
		}
		e = next
	}
	m.expr(e.Lhs, depth+1)
	m.links = links
}

// link counts one more of a chain and reports whether to go on.
func (m *measurer) link(at ast.PositionHolder, what string) bool {
	if m.links++; m.links > maxLinks && m.err == nil {
		m.err = &ScriptError{
			Kind: ErrorSyntax, File: m.file, Line: at.Line(),
			Msg:  fmt.Sprintf("too many %s after one another; at most %s are allowed", what, groupDigits(maxLinks)),
			Hint: "look the value up in a table",
		}
	}
	return m.err == nil
}
