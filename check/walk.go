package check

import (
	"moonwire/engine/syntax"
)

// role is what becomes of the value of an expression.
type role uint8

const (
	taken  role = iota // assigned, returned, handed on: nil does no harm there
	tested             // nil is a case
	used               // joined, counted with, called, indexed: nil raises
)

// walker goes over one file and judges what the facts of package engine do not tell.
type walker struct {
	e    *examiner
	file string

	inside int                      // functions around
	msg    map[*syntax.Local]string // the msg of handlers: the rule that gives it
	talk   map[*syntax.Local]bool   // the c of flows
	sheets map[*syntax.Local]string // what data.csv gave: the name of the file
	rows   map[*syntax.Local]string // rows of one

	uses   []use
	asked  map[fieldOf]bool // fields that are tested somewhere
	blocks []*syntax.Block  // around what is read
	rules  []covering
	asks   []question
}

// use is a field that is used as if it were never nil.
type use struct {
	fieldOf
	line int
}

// fieldOf is a field of msg, or, without one, of settings.
type fieldOf struct {
	of   *syntax.Local
	name string
}

func (e *examiner) walk(file string, tree *syntax.Chunk) {
	w := &walker{
		e: e, file: file, msg: map[*syntax.Local]string{}, talk: map[*syntax.Local]bool{},
		sheets: map[*syntax.Local]string{}, rows: map[*syntax.Local]string{}, asked: map[fieldOf]bool{},
	}
	w.Block(tree.Main.Body)
	w.judgeUses()
}

// Block is for syntax.Parts.
func (w *walker) Block(b *syntax.Block) {
	if b == nil {
		return
	}
	w.blocks = append(w.blocks, b)
	for _, st := range b.Stmts {
		w.stmt(st)
	}
	w.blocks = w.blocks[:len(w.blocks)-1]
}

// Expr is for syntax.Parts: conditions, and the bounds of loops.
func (w *walker) Expr(e syntax.Expr) { w.visit(e, tested) }

func (w *walker) stmt(st syntax.Stmt) {
	switch st := st.(type) {
	case *syntax.Declare:
		w.list(st.Values, taken)
		w.declare(st.Locals, st.Values)
	case *syntax.LocalFunction:
		w.function(st.Func)
	case *syntax.Function:
		w.function(st.Func)
	case *syntax.Assign:
		for i, t := range st.Targets {
			w.assign(t, value(st.Values, i))
		}
		w.list(st.Values, taken)
	case *syntax.CallStmt:
		w.rule(st)
		w.visit(st.Call, taken)
	case *syntax.Return:
		w.list(st.Values, taken)
	case *syntax.GenericFor:
		w.eachRow(st)
		w.list(st.Values, taken)
		w.Block(st.Body)
	default:
		w.loop(st)
		syntax.Parts(st, w)
	}
}

func value(list []syntax.Expr, i int) syntax.Expr {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func (w *walker) list(list []syntax.Expr, r role) {
	for _, e := range list {
		w.visit(e, r)
	}
}

func (w *walker) function(f *syntax.Func) {
	w.inside++
	w.Block(f.Body)
	w.inside--
}

// visit reads an expression; nil is none.
func (w *walker) visit(e syntax.Expr, r role) {
	switch e := e.(type) {
	case *syntax.Func:
		w.function(e)
	case *syntax.Index:
		w.index(e, r)
	case *syntax.Logic:
		for i, x := range e.List {
			if i < len(e.List)-1 {
				w.visit(x, tested)
			} else {
				w.visit(x, r)
			}
		}
	case *syntax.Concat:
		w.list(e.List, used)
	case *syntax.Binary:
		w.binary(e)
	case *syntax.Unary:
		w.unary(e)
	case *syntax.Paren:
		w.visit(e.X, r)
	case *syntax.Table:
		for _, f := range e.Fields {
			w.visit(f.Key, taken)
			w.visit(f.Value, taken)
		}
	case *syntax.Call:
		w.call(e)
	case *syntax.Method:
		w.method(e)
	}
}

func (w *walker) binary(e *syntax.Binary) {
	r := used
	if e.Op == syntax.Eq || e.Op == syntax.Ne {
		r = tested
	}
	if e.Op == syntax.Add {
		w.sum(e)
	}
	w.visit(e.Left, r)
	w.visit(e.Right, r)
}

func (w *walker) unary(e *syntax.Unary) {
	switch e.Op {
	case syntax.Not:
		w.visit(e.X, tested)
	case syntax.Len:
		w.iterator("#", e.X)
		w.visit(e.X, used)
	default:
		w.visit(e.X, used)
	}
}

// takesNil are functions whose arguments may be nil. A table of data.
var takesNil = map[string]bool{
	"tostring": true, "tonumber": true, "type": true, "print": true, "log.debug": true, "log.info": true, "log.warn": true, "log.error": true,
	"json.encode": true, "select": true, "rawequal": true, "assert": true, "pcall": true, "store.set": true, "error": true,
}

func (w *walker) call(e *syntax.Call) {
	name := syntax.GlobalName(e.Func)
	w.handlers(name, e)
	switch name {
	case "ipairs", "pairs":
		if len(e.Args) > 0 {
			w.iterator(name, e.Args[0])
		}
	case "string.sub":
		if len(e.Args) > 1 {
			w.cut(name, e.Args[0], e.Args[1:])
		}
	case "store.set":
		if len(e.Args) > 1 {
			w.kept(name, e.Args[1])
		}
	}
	w.visit(e.Func, used)
	r := taken
	if syntax.GlobalName(e.Func) != "" && !takesNil[name] && w.e.members[libraryOf(name)] != nil {
		r = used
	}
	w.list(e.Args, r)
}

func (w *walker) method(e *syntax.Method) {
	if e.Name == "sub" {
		w.cut("sub", e.Object, e.Args)
	}
	w.find(e)
	w.question(e)
	w.talkMethod(e)
	w.visit(e.Object, used)
	w.list(e.Args, taken)
}

// handlers notes the msg and the c of functions that are arguments of on.… and flow.
func (w *walker) handlers(name string, e *syntax.Call) {
	isFlow := name == "flow"
	if libraryOf(name) != "on" && !isFlow {
		return
	}
	for _, arg := range e.Args {
		fn, ok := arg.(*syntax.Func)
		if !ok {
			continue
		}
		w.secondValues(fn)
		if len(fn.Params) == 0 || fn.Params[0].Assigned {
			continue
		}
		if isFlow {
			w.talk[fn.Params[0]] = true
		} else if name != "on.hook" {
			w.msg[fn.Params[0]] = name
		}
	}
}
