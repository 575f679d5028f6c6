package engine

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// What a source file may be made of. The compiler recurses over the tree and allocates some 20 KB per
// function, so both are bounded before it starts.
const (
	maxDepth     = 220    // expressions and blocks in one another
	maxNodes     = 40_000 // of the syntax tree
	maxFunctions = 1_000
	maxOperands  = 180 // of one chain of ..

	maxBuildNodes     = 500_000 // of all files of a build together
	maxBuildFunctions = 5_000
)

// facts are what a file's syntax tree says before it is rewritten.
type facts struct {
	assigned map[string]bool // globals that are assigned
	reflects bool            // _G is mentioned: any global may be assigned
	dots     bool            // ... is used at the top level

	nodes, functions int
	lookups          int // of constants, that the compiler makes
}

// measurer walks a tree, bounded in depth, and stops at the first limit that is passed.
type measurer struct {
	facts
	file      string
	scope     *scope
	constants constantPool // of the function around the place
	inner     int          // functions around the place
	links     int          // of chains around the place
	err       *ScriptError
}

// measure checks a parsed file against the limits and collects its facts.
func measure(file string, chunk []ast.Stmt) (facts, *ScriptError) {
	m := &measurer{facts: facts{assigned: map[string]bool{}}, file: file}
	m.block(chunk, 1, nil)
	m.endConstants(1)
	return m.facts, m.err
}

func (m *measurer) fail(line int, what string, allowed int) {
	if m.err == nil {
		m.err = &ScriptError{
			Kind: ErrorSyntax, File: m.file, Line: line,
			Msg: fmt.Sprintf("%s; at most %s are allowed in a file", what, groupDigits(int64(allowed))),
		}
	}
}

func tooDeep(file string, line int) *ScriptError {
	return &ScriptError{
		Kind: ErrorSyntax, File: file, Line: line,
		Msg: fmt.Sprintf("the code is nested too deeply here; at most %d levels are allowed", maxDepth),
	}
}

// enter counts a node and reports whether to go on.
func (m *measurer) enter(line, depth int) bool {
	m.nodes++
	switch {
	case m.err != nil:
	case depth > maxDepth:
		m.err = tooDeep(m.file, line)
	case m.nodes > maxNodes:
		m.fail(line, "too much code", maxNodes)
	default:
		return true
	}
	return false
}

// block walks statements in a scope of their own; until is the condition that still sees it.
func (m *measurer) block(stmts []ast.Stmt, depth int, until ast.Expr, names ...string) {
	m.scope = m.scope.open(names)
	for _, s := range stmts {
		if !m.enter(s.Line(), depth) {
			break
		}
		m.stmt(s, depth)
	}
	if until != nil {
		m.expr(until, depth+1)
	}
	m.scope = m.scope.parent
}

func (m *measurer) stmt(s ast.Stmt, depth int) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		m.exprs(s.Rhs, depth)
		for _, e := range s.Lhs {
			m.target(e, depth)
		}
	case *ast.LocalAssignStmt:
		declareLocals(m.scope, s, func() { m.exprs(s.Exprs, depth) })
	case *ast.FuncCallStmt:
		m.expr(s.Expr, depth+1)
	case *ast.ReturnStmt:
		m.exprs(s.Exprs, depth)
	case *ast.FuncDefStmt:
		if s.Name.Func != nil {
			m.target(s.Name.Func, depth)
		} else {
			m.expr(s.Name.Receiver, depth+1)
		}
		m.expr(s.Func, depth+1)
	default:
		m.nested(s, depth)
	}
}

// nested walks the statements that hold blocks.
func (m *measurer) nested(s ast.Stmt, depth int) {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		m.block(s.Stmts, depth+1, nil)
	case *ast.WhileStmt:
		m.expr(s.Condition, depth+1)
		m.block(s.Stmts, depth+1, nil)
	case *ast.RepeatStmt:
		m.block(s.Stmts, depth+1, s.Condition)
	case *ast.IfStmt:
		m.branches(s, depth)
	case *ast.NumberForStmt:
		m.exprs([]ast.Expr{s.Init, s.Limit, s.Step}, depth)
		m.block(s.Stmts, depth+1, nil, s.Name)
	case *ast.GenericForStmt:
		m.exprs(s.Exprs, depth)
		m.block(s.Stmts, depth+1, nil, s.Names...)
	}
}

// target is the left side of an assignment.
func (m *measurer) target(e ast.Expr, depth int) {
	if id, ok := e.(*ast.IdentExpr); ok && !m.scope.has(id.Value) {
		m.assigned[id.Value] = true
	}
	m.expr(e, depth+1)
}

func (m *measurer) exprs(list []ast.Expr, depth int) {
	for _, e := range list {
		m.expr(e, depth+1)
	}
}

func (m *measurer) expr(e ast.Expr, depth int) {
	if e == nil || !m.enter(e.Line(), depth) {
		return
	}
	m.constant(e)
	switch e := e.(type) {
	case *ast.IdentExpr:
		m.reflects = m.reflects || e.Value == "_G"
	case *ast.Comma3Expr:
		m.dots = m.dots || m.inner == 0
	case *ast.FunctionExpr:
		m.function(e, depth)
	case *ast.StringConcatOpExpr:
		m.chain(e, depth)
	case *ast.LogicalOpExpr:
		m.operands(e, depth)
	case *ast.TableExpr:
		m.listed(e)
		m.exprs(parts(e), depth)
	default:
		m.exprs(parts(e), depth)
	}
}

func (m *measurer) function(e *ast.FunctionExpr, depth int) {
	if m.functions++; m.functions > maxFunctions {
		m.fail(e.Line(), "too many functions", maxFunctions)
		return
	}
	outside := m.constants
	m.constants = constantPool{}
	m.inner++
	m.block(e.Stmts, depth+1, nil, append([]string{"self"}, e.ParList.Names...)...)
	m.inner--
	m.endConstants(e.Line())
	m.constants = outside
}

// chain walks a..b..c, which the parser nests to the right, as one level.
func (m *measurer) chain(e *ast.StringConcatOpExpr, depth int) {
	operands := operandsOf(e)
	if len(operands) > maxOperands {
		m.err = &ScriptError{
			Kind: ErrorSyntax, File: m.file, Line: e.Line(),
			Msg:  fmt.Sprintf("%d strings joined by .. in one expression; at most %d are allowed", len(operands), maxOperands),
			Hint: "collect them in a table and use table.concat",
		}
		return
	}
	m.exprs(operands, depth)
}
