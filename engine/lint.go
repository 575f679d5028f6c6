package engine

import (
	"slices"
	"strconv"
	"strings"

	"moonwire/engine/syntax"
)

// Facts are what the syntax tree of one file says, for whoever judges it (moonwire check). Each list is
// in the order of the text.
type Facts struct {
	Reads    []Mention // globals read, with the fields behind them: settings, settings.city, on.text
	Writes   []Mention // globals assigned, `function name()` included
	Calls    []Call
	Kept     []Mention // assignments in a function to a local of the top level, or into it: gone with the turn
	Requires []Mention // modules required by a literal name
	Adds     []Mention // names given to the libraries that take some: string.trim

	Tree *syntax.Chunk // for whoever needs to know more
}

// Mention is a name at a place of a file.
type Mention struct {
	Name string
	Line int
	// Inside a function, rather than at the top level, which runs for every message.
	Inside bool
	// Tested is what was tested before a name is read, "" for nothing: in `if utf8 then utf8.len(s) end` the second utf8
	// is only read where there is one. A name that is tested itself counts as tested.
	Tested string
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
	Kind  ArgKind
	Text  string
	Texts []FieldText // of a table: the strings in it
}

// Lint reads the facts of one file. Its error is the *ScriptError of a file that does not parse.
func Lint(file string, source []byte) (Facts, error) {
	p, err := parseFile(file, source)
	if err != nil {
		return Facts{}, err
	}
	l := linter{facts: Facts{Tree: p.tree}, tested: map[string]int{}}
	l.Block(p.tree.Main.Body)
	return l.facts, nil
}

type linter struct {
	facts Facts
	depth int         // functions around what is being read
	bare  syntax.Expr // the call that is the statement being read

	tested map[string]int // names that were tested around what is being read
}

func (l *linter) mention(name string, line int) Mention {
	return Mention{Name: name, Line: line, Inside: l.depth > 0}
}

// Block is for syntax.Parts.
func (l *linter) Block(b *syntax.Block) {
	if b == nil {
		return
	}
	var since []string // tested by an `if not x then return end` before
	for _, st := range b.Stmts {
		l.stmt(st)
		if names := survivors(st); len(names) > 0 {
			l.know(names)
			since = append(since, names...)
		}
	}
	l.unknow(since)
}

func (l *linter) stmt(st syntax.Stmt) {
	switch st := st.(type) {
	case *syntax.Declare:
		l.declare(st)
	case *syntax.If:
		l.choose(st)
	case *syntax.LocalFunction:
		l.function(st.Func)
	case *syntax.Function:
		l.define(st)
	case *syntax.Assign:
		for _, e := range st.Targets {
			l.assign(e)
		}
		l.exprs(st.Values...)
	case *syntax.CallStmt:
		l.bare = st.Call
		l.Expr(st.Call)
	case *syntax.Return:
		l.exprs(st.Values...)
	default:
		syntax.Parts(st, l)
	}
}

// define reads function a.b:c() … end.
func (l *linter) define(st *syntax.Function) {
	if field, ok := st.Target.(*syntax.Index); ok && st.Func.Method {
		l.adds(field)
		l.assignInto(field.Object, st.Line())
	} else {
		l.assign(st.Target)
	}
	l.function(st.Func)
}

func (l *linter) function(fn *syntax.Func) {
	l.depth++
	l.Block(fn.Body)
	l.depth--
}

func (l *linter) assign(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Name:
		if e.Local == nil {
			l.facts.Writes = append(l.facts.Writes, l.mention(e.Ident, e.Line()))
		} else {
			l.note(e.Local, e.Line())
		}
	case *syntax.Index:
		l.adds(e)
		l.assignInto(e.Object, e.Line())
		l.Expr(e.Key)
	}
}

// adds notes a name that is given to a library.
func (l *linter) adds(field *syntax.Index) {
	name, root := dotted(field)
	if root != nil && root.Local == nil && slices.Contains(openLibraries, root.Ident) && strings.Count(name, ".") == 1 {
		l.facts.Adds = append(l.facts.Adds, l.mention(name, field.Line()))
	}
}

// assignInto reads an assignment to a field of what e stands for.
func (l *linter) assignInto(e syntax.Expr, line int) {
	l.Expr(e)
	for {
		outer, ok := e.(*syntax.Index)
		if !ok {
			break
		}
		e = outer.Object
	}
	if name, ok := e.(*syntax.Name); ok {
		l.note(name.Local, line)
	}
}

// note notes that a function changes a local of the top level.
func (l *linter) note(to *syntax.Local, line int) {
	if to != nil && to.Func.Parent == nil && l.depth > 0 {
		l.facts.Kept = append(l.facts.Kept, l.mention(to.Name, line))
	}
}

func (l *linter) exprs(list ...syntax.Expr) {
	for _, e := range list {
		l.Expr(e)
	}
}

// Expr reads an expression; nil is none.
func (l *linter) Expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Func:
		l.function(e)
	case *syntax.Logic:
		l.chain(e)
	case *syntax.Unary:
		if e.Op == syntax.Not {
			l.test(e.X)
			return
		}
		l.Expr(e.X)
	case *syntax.Binary:
		l.compare(e)
	case *syntax.Name:
		l.read(e, e.Ident, e)
	case *syntax.Index:
		if name, root := dotted(e); root != nil {
			l.read(e, name, root)
			return
		}
		l.exprs(e.Object, e.Key)
	case *syntax.Call:
		l.call(e, e.Func, "", e.Args)
	case *syntax.Method:
		l.call(e, e.Object, e.Name, e.Args)
	default:
		syntax.Operands(e, l)
	}
}

func (l *linter) read(e syntax.Expr, name string, root *syntax.Name) {
	if root.Local == nil {
		m := l.mention(name, e.Line())
		m.Tested = l.testedOf(name)
		l.facts.Reads = append(l.facts.Reads, m)
	}
}

// call reads a call of a function, or of a method of it.
func (l *linter) call(e, of syntax.Expr, method string, args []syntax.Expr) {
	if name, root := dotted(of); root != nil {
		c := Call{Mention: l.mention(name, of.Line()), Local: root.Local != nil, Bare: l.bare == e, Args: make([]Arg, len(args))}
		if method != "" {
			c.Name, c.Method = name+":"+method, true
		}
		for i, a := range args {
			c.Args[i] = argOf(a)
		}
		l.facts.Calls = append(l.facts.Calls, c)
		l.noteCall(c, args, e.Line())
	}
	l.Expr(of)
	if syntax.GlobalName(of) == "type" && method == "" {
		l.tests(args...)
		return
	}
	l.exprs(args...)
}

// noteCall knows the calls that are facts of their own.
func (l *linter) noteCall(c Call, args []syntax.Expr, line int) {
	if c.Local || len(args) == 0 {
		return
	}
	switch c.Name {
	case "require":
		if c.Args[0].Kind == ArgString {
			l.facts.Requires = append(l.facts.Requires, l.mention(c.Args[0].Text, line))
		}
	case "table.insert", "table.remove", "table.sort", "rawset":
		if _, root := dotted(args[0]); root != nil {
			l.note(root.Local, line)
		}
	}
}

// dotted spells a chain of fields with literal names; root is nil when e is anything else.
func dotted(e syntax.Expr) (name string, root *syntax.Name) {
	switch e := e.(type) {
	case *syntax.Name:
		return e.Ident, e
	case *syntax.Index:
		key, ok := e.Key.(*syntax.String)
		if !ok {
			return "", nil
		}
		name, root = dotted(e.Object)
		return name + "." + key.Value, root
	}
	return "", nil
}

func argOf(e syntax.Expr) Arg {
	switch e := e.(type) {
	case *syntax.String:
		return Arg{Kind: ArgString, Text: e.Value}
	case *syntax.Number:
		return Arg{Kind: ArgNumber, Text: e.Text}
	case *syntax.True, *syntax.False:
		_, yes := e.(*syntax.True)
		return Arg{Kind: ArgBool, Text: strconv.FormatBool(yes)}
	case *syntax.Nil:
		return Arg{Kind: ArgNil}
	case *syntax.Func:
		return Arg{Kind: ArgFunction}
	case *syntax.Table:
		return Arg{Kind: ArgTable, Texts: fieldTexts(e, "")}
	}
	if name, root := dotted(e); root != nil {
		return Arg{Kind: ArgName, Text: name}
	}
	return Arg{}
}
