package engine

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// hidden begins names that no script can spell: what the rewriter puts into a file.
const hidden = "\x00"

// The functions behind the rewritten operators.
const (
	catName    = hidden + "cat"
	appendName = hidden + "append"
)

// maxHidden is how many library functions of a file become upvalues; the rest stay look-ups by name.
const maxHidden = 150

// rewriter turns, in place, `a..b` into a call of a checked concatenation, `t[#t+1] = v` into a checked
// append, and names of library functions into hidden upvalues. Lines stay what they were.
type rewriter struct {
	known   func(name string) bool // library functions that nothing in the build can have replaced
	scope   *scope
	names   []string // hidden names that are used, in order of their first use
	support map[string]bool
}

// rewrite returns the hidden names that the file now needs as upvalues.
func rewrite(chunk []ast.Stmt, known func(string) bool) []string {
	r := &rewriter{known: known, support: map[string]bool{}}
	r.block(chunk, nil)
	return r.names
}

// use makes the expression that stands for a hidden name; nil when there are too many.
func (r *rewriter) use(name string, at ast.Expr) ast.Expr {
	if !r.support[name] {
		if len(r.names) >= maxHidden && name != catName && name != appendName {
			return nil
		}
		r.support[name] = true
		r.names = append(r.names, name)
	}
	return placed(&ast.IdentExpr{Value: name}, at)
}

// placed gives a new node the lines of the one that it stands for.
func placed[T ast.PositionHolder](node T, at ast.PositionHolder) T {
	node.SetLine(at.Line())
	node.SetLastLine(at.LastLine())
	return node
}

func (r *rewriter) block(stmts []ast.Stmt, until *ast.Expr, names ...string) {
	r.scope = r.scope.open(names)
	for i := range stmts {
		r.stmt(&stmts[i])
	}
	if until != nil {
		r.expr(until)
	}
	r.scope = r.scope.parent
}

func (r *rewriter) stmt(at *ast.Stmt) {
	switch s := (*at).(type) {
	case *ast.AssignStmt:
		r.assign(at, s)
	case *ast.LocalAssignStmt:
		declareLocals(r.scope, s, func() { r.exprs(s.Exprs) })
	case *ast.FuncCallStmt:
		r.expr(&s.Expr)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	case *ast.FuncDefStmt:
		r.target(s.Name.Func)
		if s.Name.Receiver != nil {
			r.expr(&s.Name.Receiver)
		}
		r.function(s.Func)
	default:
		r.nested(s)
	}
}

func (r *rewriter) nested(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		r.block(s.Stmts, nil)
	case *ast.WhileStmt:
		r.expr(&s.Condition)
		r.block(s.Stmts, nil)
	case *ast.RepeatStmt:
		r.block(s.Stmts, &s.Condition)
	case *ast.IfStmt:
		r.expr(&s.Condition)
		r.block(s.Then, nil)
		r.block(s.Else, nil)
	case *ast.NumberForStmt:
		r.expr(&s.Init)
		r.expr(&s.Limit)
		if s.Step != nil {
			r.expr(&s.Step)
		}
		r.block(s.Stmts, nil, s.Name)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.block(s.Stmts, nil, s.Names...)
	}
}

func (r *rewriter) assign(at *ast.Stmt, s *ast.AssignStmt) {
	if table, ok := appended(s); ok {
		value := s.Rhs[0]
		r.expr(&value)
		call := &ast.FuncCallExpr{Func: r.use(appendName, table), Args: []ast.Expr{table, single(value)}}
		*at = placed(&ast.FuncCallStmt{Expr: placed(call, s.Lhs[0])}, s)
		return
	}
	for _, e := range s.Lhs {
		r.target(e)
	}
	r.exprs(s.Rhs)
}

// appended recognises `t[#t+1] = v` for a plain variable t.
func appended(s *ast.AssignStmt) (table *ast.IdentExpr, ok bool) {
	if len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		return nil, false
	}
	field, ok := s.Lhs[0].(*ast.AttrGetExpr)
	if !ok {
		return nil, false
	}
	table, ok = field.Object.(*ast.IdentExpr)
	sum, isSum := field.Key.(*ast.ArithmeticOpExpr)
	if !ok || !isSum || sum.Operator != "+" {
		return nil, false
	}
	length, isLength := sum.Lhs.(*ast.UnaryLenOpExpr)
	one, isOne := sum.Rhs.(*ast.NumberExpr)
	if !isLength || !isOne || one.Value != "1" {
		return nil, false
	}
	same, isName := length.Expr.(*ast.IdentExpr)
	return table, isName && same.Value == table.Value
}

// single cuts an expression down to one value where the language would.
func single(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
	return e
}

// target rewrites what is inside the left side of an assignment; the name itself stays.
func (r *rewriter) target(e ast.Expr) {
	if field, ok := e.(*ast.AttrGetExpr); ok {
		r.expr(&field.Object)
		r.expr(&field.Key)
	}
}

func (r *rewriter) exprs(list []ast.Expr) {
	for i := range list {
		r.expr(&list[i])
	}
}

func (r *rewriter) expr(at *ast.Expr) {
	if *at == nil {
		return
	}
	switch e := (*at).(type) {
	case *ast.IdentExpr:
		r.name(at, e, e.Value)
	case *ast.AttrGetExpr:
		r.field(at, e)
	case *ast.StringConcatOpExpr:
		operands := operandsOf(e)
		r.exprs(operands)
		last := len(operands) - 1
		operands[last] = single(operands[last])
		*at = placed(&ast.FuncCallExpr{Func: r.use(catName, e), Args: operands, AdjustRet: true}, e)
	case *ast.FunctionExpr:
		r.function(e)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			r.expr(&f.Key)
			r.expr(&f.Value)
		}
	case *ast.FuncCallExpr:
		r.expr(&e.Func)
		r.expr(&e.Receiver)
		r.exprs(e.Args)
	default:
		r.operator(e)
	}
}

func (r *rewriter) operator(e ast.Expr) {
	switch e := e.(type) {
	case *ast.LogicalOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.RelationalOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.ArithmeticOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.UnaryMinusOpExpr:
		r.expr(&e.Expr)
	case *ast.UnaryNotOpExpr:
		r.expr(&e.Expr)
	case *ast.UnaryLenOpExpr:
		r.expr(&e.Expr)
	}
}

func (r *rewriter) function(e *ast.FunctionExpr) {
	r.block(e.Stmts, nil, append(slices.Clone(e.ParList.Names), "self", "arg")...)
}

// field resolves `string.format`; anything else is rewritten inside.
func (r *rewriter) field(at *ast.Expr, e *ast.AttrGetExpr) {
	library, ok := e.Object.(*ast.IdentExpr)
	key, isString := e.Key.(*ast.StringExpr)
	if ok && isString && r.name(at, library, library.Value+"."+key.Value) {
		return
	}
	r.expr(&e.Object)
	r.expr(&e.Key)
}

func (r *rewriter) name(at *ast.Expr, root *ast.IdentExpr, name string) bool {
	if !r.known(name) || r.scope.has(root.Value) {
		return false
	}
	if use := r.use(hidden+name, *at); use != nil {
		*at = use
		return true
	}
	return false
}
