package check

import (
	"slices"
	"strconv"

	"moonwire/engine/syntax"
	"moonwire/words"
)

// covering is a rule that answers everything of its kind, so that the rules behind it are never asked.
type covering struct {
	name string
	line int
}

// rule judges the order of the rules of the top level.
func (w *walker) rule(st *syntax.CallStmt) {
	call, ok := st.Call.(*syntax.Call)
	if !ok || w.inside > 0 || len(w.blocks) != 1 {
		return
	}
	name := syntax.GlobalName(call.Func)
	if libraryOf(name) != "on" || name == "on.before" || name == "on.fallback" || name == "on.hook" || len(call.Args) == 0 {
		return
	}
	for _, c := range w.rules {
		if c.name == "on.message" || c.name == group(name) {
			w.e.warn(w.file, call.Line(), words.Say(words.Unreachable, "rule", name, "line", strconv.Itoa(c.line)))
			return
		}
	}
	if len(call.Args) == 1 && name != "on.has" && name != "on.match" && name != "on.event" && answers(call.Args[0]) {
		w.rules = append(w.rules, covering{name, call.Line()})
	}
}

// group is the rule without keys that waits for all that a rule waits for.
func group(name string) string {
	if name == "on.has" || name == "on.match" {
		return "on.text"
	}
	return name
}

// answers reports whether a handler answers whatever comes.
func answers(e syntax.Expr) bool {
	fn, ok := e.(*syntax.Func)
	if !ok {
		return surely(e)
	}
	stmts := fn.Body.Stmts
	if len(stmts) == 0 {
		return false
	}
	if _, ok := stmts[len(stmts)-1].(*syntax.Return); !ok {
		return false
	}
	r := returns{}
	r.Block(fn.Body)
	return !slices.ContainsFunc(r.all, func(ret *syntax.Return) bool { return len(ret.Values) == 0 || !surely(ret.Values[0]) })
}

// surely reports whether an expression is an answer whatever happens.
func surely(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.String, *syntax.Concat:
		return true
	case *syntax.Paren:
		return surely(e.X)
	case *syntax.Call:
		return libraryOf(syntax.GlobalName(e.Func)) == "reply"
	}
	return false
}

// returns are the return statements of a function, without those of functions in it.
type returns struct{ all []*syntax.Return }

// Block is for syntax.Parts.
func (r *returns) Block(b *syntax.Block) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		if ret, ok := s.(*syntax.Return); ok {
			r.all = append(r.all, ret)
		}
		syntax.Parts(s, r)
	}
}

// Expr has no statements of the function.
func (r *returns) Expr(syntax.Expr) {}

// secondValues judges what a handler returns behind its answer.
func (w *walker) secondValues(fn *syntax.Func) {
	r := returns{}
	r.Block(fn.Body)
	for _, ret := range r.all {
		if len(ret.Values) < 2 {
			continue
		}
		if _, none := ret.Values[0].(*syntax.Nil); !none {
			w.e.warn(w.file, ret.Line(), words.Say(words.SecondValue))
		}
	}
}
