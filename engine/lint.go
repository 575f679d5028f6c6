package engine

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// Facts are what the syntax tree of one file says, for whoever judges it (moonwire check). Each list is
// in the order of the text.
type Facts struct {
	Reads    []Mention // globals read, with the fields behind them: settings, settings.city, on.text
	Writes   []Mention // globals assigned, `function name()` included
	Calls    []Call
	Kept     []Mention // assignments in a function to a local of the top level, or into it: gone with the turn
	Requires []Mention // modules required by a literal name
}

// Mention is a name at a place of a file.
type Mention struct {
	Name string
	Line int
	// Inside a function, rather than at the top level, which runs for every message.
	Inside bool
}

// Call is a call whose function has a name: on.text, c:ask.
type Call struct {
	Mention
	Local  bool // the name begins with a local variable, not with a global
	Method bool // the name has a colon before its last part
	Bare   bool // a statement of its own: what it gives back is thrown away
	Args   []Arg
}

// ArgKind says what an argument of a call is, as far as the text tells.
type ArgKind uint8

// Kinds of arguments.
const (
	ArgOther ArgKind = iota
	ArgString
	ArgNumber
	ArgBool
	ArgNil
	ArgFunction
	ArgTable
	ArgName // a variable or a field of one
)

// Arg is one argument of a call. Text is a literal's value, or a dotted name.
type Arg struct {
	Kind ArgKind
	Text string
}

// Lint reads the facts of one file. Its error is the *ScriptError of a file that does not parse.
func Lint(file string, source []byte) (Facts, error) {
	p, err := parseFile(file, source)
	if err != nil {
		return Facts{}, err
	}
	l := linter{}
	l.block(p.tree, nil)
	return l.facts, nil
}

// binding is a local variable, chained to those declared before it.
type binding struct {
	before *binding
	name   string
	depth  int // functions around it
}

type linter struct {
	facts Facts
	depth int      // functions around what is being read
	bare  ast.Expr // the call that is the statement being read
}

func (l *linter) mention(name string, at ast.PositionHolder) Mention {
	return Mention{Name: name, Line: at.Line(), Inside: l.depth > 0}
}

func (b *binding) find(name string) *binding {
	for ; b != nil && b.name != name; b = b.before {
	}
	return b
}

func (l *linter) declare(b *binding, names ...string) *binding {
	for _, name := range names {
		b = &binding{b, name, l.depth}
	}
	return b
}

// block reads statements and returns the locals that are visible after the last.
func (l *linter) block(list []ast.Stmt, b *binding) *binding {
	for _, st := range list {
		b = l.stmt(st, b)
	}
	return b
}

func (l *linter) stmt(st ast.Stmt, b *binding) *binding {
	switch st := st.(type) {
	case *ast.LocalAssignStmt:
		if seesItself(st) {
			b = l.declare(b, st.Names...)
			l.exprs(st.Exprs, b)
			return b
		}
		l.exprs(st.Exprs, b)
		return l.declare(b, st.Names...)
	case *ast.AssignStmt:
		l.exprs(st.Rhs, b)
		for _, e := range st.Lhs {
			l.assign(e, b)
		}
	case *ast.FuncDefStmt:
		l.define(st, b)
	case *ast.FuncCallStmt:
		l.bare = st.Expr
		l.expr(st.Expr, b)
	case *ast.ReturnStmt:
		l.exprs(st.Exprs, b)
	case *ast.DoBlockStmt:
		l.block(st.Stmts, b)
	case *ast.WhileStmt:
		l.expr(st.Condition, b)
		l.block(st.Stmts, b)
	case *ast.RepeatStmt:
		l.expr(st.Condition, l.block(st.Stmts, b))
	case *ast.IfStmt:
		l.expr(st.Condition, b)
		l.block(st.Then, b)
		l.block(st.Else, b)
	case *ast.NumberForStmt:
		l.exprs([]ast.Expr{st.Init, st.Limit, st.Step}, b)
		l.block(st.Stmts, l.declare(b, st.Name))
	case *ast.GenericForStmt:
		l.exprs(st.Exprs, b)
		l.block(st.Stmts, l.declare(b, st.Names...))
	}
	return b
}

// define reads function a.b:c() … end.
func (l *linter) define(st *ast.FuncDefStmt, b *binding) {
	inside := b
	if st.Name.Receiver != nil {
		l.assignInto(st.Name.Receiver, b, st)
		inside = &binding{b, "self", l.depth + 1}
	} else {
		l.assign(st.Name.Func, b)
	}
	l.function(st.Func, inside)
}

func (l *linter) function(fn *ast.FunctionExpr, b *binding) {
	l.depth++
	b = l.declare(b, fn.ParList.Names...)
	if fn.ParList.HasVargs {
		b = l.declare(b, "arg")
	}
	l.block(fn.Stmts, b)
	l.depth--
}

func (l *linter) assign(e ast.Expr, b *binding) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if to := b.find(e.Value); to == nil {
			l.facts.Writes = append(l.facts.Writes, l.mention(e.Value, e))
		} else {
			l.keep(to, e)
		}
	case *ast.AttrGetExpr:
		l.assignInto(e.Object, b, e)
		l.expr(e.Key, b)
	}
}

// assignInto reads an assignment to a field of what e stands for.
func (l *linter) assignInto(e ast.Expr, b *binding, at ast.PositionHolder) {
	l.expr(e, b)
	for {
		outer, ok := e.(*ast.AttrGetExpr)
		if !ok {
			break
		}
		e = outer.Object
	}
	if id, ok := e.(*ast.IdentExpr); ok {
		l.keep(b.find(id.Value), at)
	}
}

func (l *linter) keep(to *binding, at ast.PositionHolder) {
	if to != nil && to.depth == 0 && l.depth > 0 {
		l.facts.Kept = append(l.facts.Kept, l.mention(to.name, at))
	}
}

func (l *linter) exprs(list []ast.Expr, b *binding) {
	for _, e := range list {
		l.expr(e, b)
	}
}

func (l *linter) expr(e ast.Expr, b *binding) {
	switch e := e.(type) {
	case nil:
	case *ast.FunctionExpr:
		l.function(e, b)
	case *ast.StringConcatOpExpr:
		l.exprs(operandsOf(e), b)
	case *ast.IdentExpr, *ast.AttrGetExpr:
		l.read(e, b)
	case *ast.FuncCallExpr:
		l.call(e, b)
	default:
		l.exprs(parts(e), b)
	}
}

func (l *linter) read(e ast.Expr, b *binding) {
	if name, root := dotted(e); root != nil {
		if b.find(root.Value) == nil {
			l.facts.Reads = append(l.facts.Reads, l.mention(name, e))
		}
		return
	}
	l.exprs(parts(e), b)
}

func (l *linter) call(e *ast.FuncCallExpr, b *binding) {
	of := e.Func
	if e.Receiver != nil {
		of = e.Receiver
	}
	if name, root := dotted(of); root != nil {
		c := Call{Mention: l.mention(name, e), Local: b.find(root.Value) != nil, Bare: l.bare == ast.Expr(e), Args: make([]Arg, len(e.Args))}
		if e.Receiver != nil {
			c.Name, c.Method = name+":"+e.Method, true
		}
		for i, a := range e.Args {
			c.Args[i] = argOf(a)
		}
		l.facts.Calls = append(l.facts.Calls, c)
		l.noteCall(c, e, b)
	}
	l.expr(of, b)
	l.exprs(e.Args, b)
}

// noteCall knows the calls that are facts of their own.
func (l *linter) noteCall(c Call, e *ast.FuncCallExpr, b *binding) {
	if c.Local || len(c.Args) == 0 {
		return
	}
	switch c.Name {
	case "require":
		if c.Args[0].Kind == ArgString {
			l.facts.Requires = append(l.facts.Requires, l.mention(c.Args[0].Text, e))
		}
	case "table.insert", "table.remove", "table.sort", "rawset":
		if _, root := dotted(e.Args[0]); root != nil {
			l.keep(b.find(root.Value), e)
		}
	}
}

// dotted spells a chain of fields with literal names; root is nil when e is anything else.
func dotted(e ast.Expr) (name string, root *ast.IdentExpr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		return e.Value, e
	case *ast.AttrGetExpr:
		key, ok := e.Key.(*ast.StringExpr)
		if !ok {
			return "", nil
		}
		name, root = dotted(e.Object)
		return name + "." + key.Value, root
	}
	return "", nil
}

func argOf(e ast.Expr) Arg {
	switch e := e.(type) {
	case *ast.StringExpr:
		return Arg{ArgString, e.Value}
	case *ast.NumberExpr:
		return Arg{ArgNumber, e.Value}
	case *ast.TrueExpr, *ast.FalseExpr:
		_, yes := e.(*ast.TrueExpr)
		return Arg{ArgBool, strconv.FormatBool(yes)}
	case *ast.NilExpr:
		return Arg{Kind: ArgNil}
	case *ast.FunctionExpr:
		return Arg{Kind: ArgFunction}
	case *ast.TableExpr:
		return Arg{Kind: ArgTable}
	}
	if name, root := dotted(e); root != nil {
		return Arg{ArgName, name}
	}
	return Arg{}
}
