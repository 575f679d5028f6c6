package engine

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// detail is what the kept code of a function no longer says: names. It is worked out from the source when
// the first error of a file needs it.
type detail struct {
	code     []uint32 // that runs
	lines    []int    // of the instructions
	values   []lua.LValue
	locals   []localVar // in the order of declaration
	upvalues []string
	name     string // "confirm", "M.list", "" for a function without a name
	params   []string
}

// localVar is where the compiler put a local variable and how far down the file it reaches. The scopes that
// the library notes itself are wrong wherever a register is used twice.
type localVar struct {
	name  string
	reg   int
	start int // instruction
	last  int // line
}

// details parses and compiles the file once more and lays the result beside the code that runs.
func (c *chunk) details() map[*lua.FunctionProto]*detail {
	c.once.Do(func() {
		defer c.detailed.Store(true)
		c.detail = map[*lua.FunctionProto]*detail{}
		p, err := parseFile(c.file, c.source)
		if err != nil {
			return
		}
		full, _, failed := compileTree(p, c.known)
		if failed != nil {
			return
		}
		params := &ast.ParList{HasVargs: p.facts.dots}
		c.pair(c.proto, full, namedFunction{name: "main chunk", params: params, body: p.tree, last: full.LastLineDefined})
	})
	return c.detail
}

func (c *chunk) pair(kept, full *lua.FunctionProto, fn namedFunction) {
	s := survey{}
	s.function(fn)
	d := &detail{
		code: kept.Code, lines: kept.DbgSourcePositions, values: kept.Constants,
		upvalues: slices.Clip(slices.Clone(full.DbgUpvalues)), name: fn.name, params: fn.params.Names,
	}
	if len(s.locals) == len(full.DbgLocals) {
		d.locals = slices.Clip(s.locals)
		for i, v := range full.DbgLocals {
			d.locals[i].start = v.StartPc
		}
	}
	c.detail[kept] = d
	for i, inner := range s.inner {
		if i < len(kept.FunctionPrototypes) && i < len(full.FunctionPrototypes) {
			c.pair(kept.FunctionPrototypes[i], full.FunctionPrototypes[i], inner)
		}
	}
}

// active returns the local variables that are in scope at an instruction, in the order of declaration: where
// two share a register, the later one. It goes over all of them once, for there may be tens of thousands.
func (d *detail) active(pc int) (list []localVar) {
	if pc >= len(d.lines) {
		return nil
	}
	line := d.lines[pc]
	for _, v := range d.locals {
		if v.start > pc || line > v.last {
			continue
		}
		for len(list) > 0 && list[len(list)-1].reg >= v.reg {
			list = list[:len(list)-1]
		}
		list = append(list, v)
	}
	return list
}

func (d *detail) localAt(reg, pc int) string {
	for _, v := range d.active(pc) {
		if v.reg == reg && !strings.HasPrefix(v.name, "(") {
			return v.name
		}
	}
	return ""
}

// namedFunction is a function in the syntax tree.
type namedFunction struct {
	name   string
	method bool // it has a self that is not among its parameters
	params *ast.ParList
	body   []ast.Stmt
	last   int
}

// survey walks one function in the compiler's order and notes its local variables and inner functions.
type survey struct {
	locals []localVar
	active int
	inner  []namedFunction
}

func (s *survey) function(fn namedFunction) {
	if fn.method {
		s.declare("self", fn.last)
	}
	for _, name := range fn.params.Names {
		s.declare(name, fn.last)
	}
	if fn.params.HasVargs {
		s.declare("arg", fn.last)
	}
	s.stmts(fn.body, fn.last)
}

func (s *survey) declare(name string, last int) {
	s.locals = append(s.locals, localVar{name: name, reg: s.active, last: last})
	s.active++
}

func (s *survey) block(stmts []ast.Stmt, last int) {
	before := s.active
	s.stmts(stmts, last)
	s.active = before
}

func (s *survey) stmts(stmts []ast.Stmt, last int) {
	for _, st := range stmts {
		s.stmt(st, last)
	}
}

func (s *survey) stmt(st ast.Stmt, last int) {
	switch st := st.(type) {
	case *ast.AssignStmt:
		for _, e := range st.Lhs {
			if field, ok := e.(*ast.AttrGetExpr); ok {
				s.exprs("", field.Object, field.Key)
			}
		}
		s.assigned(st.Rhs, func(i int) string { return dottedName(at2(st.Lhs, i)) })
	case *ast.LocalAssignStmt:
		if seesItself(st) {
			s.declare(st.Names[0], last)
			s.expr(st.Exprs[0], st.Names[0])
			return
		}
		s.assigned(st.Exprs, func(i int) string { return at2(st.Names, i) })
		for _, name := range st.Names {
			s.declare(name, last)
		}
	case *ast.FuncCallStmt:
		s.expr(st.Expr, "")
	case *ast.ReturnStmt:
		s.exprs("", st.Exprs...)
	case *ast.FuncDefStmt:
		s.definition(st)
	default:
		s.nested(st)
	}
}

// at2 is the i-th item, or the zero value beyond the end.
func at2[T any](list []T, i int) (item T) {
	if i < len(list) {
		return list[i]
	}
	return item
}

func (s *survey) assigned(values []ast.Expr, name func(i int) string) {
	for i, e := range values {
		s.expr(e, name(i))
	}
}

func (s *survey) definition(st *ast.FuncDefStmt) {
	fn := namedFunction{params: st.Func.ParList, body: st.Func.Stmts, last: st.Func.LastLine()}
	if st.Name.Func == nil {
		s.expr(st.Name.Receiver, "")
		fn.name, fn.method = dottedName(st.Name.Receiver)+":"+st.Name.Method, true
	} else {
		fn.name = dottedName(st.Name.Func)
		if field, ok := st.Name.Func.(*ast.AttrGetExpr); ok {
			s.exprs("", field.Object, field.Key)
		}
	}
	s.inner = append(s.inner, fn)
}

func (s *survey) nested(st ast.Stmt) {
	before := s.active
	switch st := st.(type) {
	case *ast.DoBlockStmt:
		s.block(st.Stmts, st.LastLine())
	case *ast.WhileStmt:
		s.expr(st.Condition, "")
		s.block(st.Stmts, st.LastLine())
	case *ast.RepeatStmt:
		s.stmts(st.Stmts, st.LastLine())
		s.expr(st.Condition, "")
	case *ast.IfStmt:
		s.expr(st.Condition, "")
		s.block(st.Then, endOf(st.Then))
		s.block(st.Else, endOf(st.Else))
	case *ast.NumberForStmt:
		s.loopLocals(st.LastLine(), func() { s.exprs("", st.Init, st.Limit, st.Step) }, "(for index)", "(for limit)", "(for step)", st.Name)
		s.stmts(st.Stmts, st.LastLine())
	case *ast.GenericForStmt:
		names := append([]string{"(for generator)", "(for state)", "(for control)"}, st.Names...)
		s.loopLocals(st.LastLine(), func() { s.exprs("", st.Exprs...) }, names...)
		s.stmts(st.Stmts, st.LastLine())
	}
	s.active = before
}

func (s *survey) loopLocals(last int, values func(), names ...string) {
	for _, name := range names {
		s.declare(name, last)
	}
	values()
}

func endOf(stmts []ast.Stmt) int {
	if len(stmts) == 0 {
		return 0
	}
	return lastLine(stmts[len(stmts)-1])
}

func (s *survey) exprs(name string, list ...ast.Expr) {
	for _, e := range list {
		s.expr(e, name)
	}
}

// expr looks for functions; name is what a function standing right here is assigned to.
func (s *survey) expr(e ast.Expr, name string) {
	switch e := e.(type) {
	case nil:
	case *ast.FunctionExpr:
		s.inner = append(s.inner, namedFunction{name: name, params: e.ParList, body: e.Stmts, last: e.LastLine()})
	case *ast.TableExpr:
		for _, f := range e.Fields {
			key, _ := f.Key.(*ast.StringExpr)
			s.expr(f.Key, "")
			if key != nil {
				s.expr(f.Value, key.Value)
			} else {
				s.expr(f.Value, "")
			}
		}
	default:
		s.exprs("", parts(e)...)
	}
}

// dottedName writes `M.list` as the script does, "" for anything that is no plain name.
func dottedName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IdentExpr:
		return e.Value
	case *ast.AttrGetExpr:
		key, ok := e.Key.(*ast.StringExpr)
		if object := dottedName(e.Object); ok && object != "" {
			return object + "." + key.Value
		}
	}
	return ""
}
