package check

import (
	"slices"
	"strconv"

	"moonwire/engine/syntax"
	"moonwire/words"
)

// question is one of a flow, by its text, without an id.
type question struct {
	of    *syntax.Local // the c
	kind  string
	text  string
	block *syntax.Block
	line  int
}

// question judges a question of a flow: whether an edit may mix up its answers.
func (w *walker) question(e *syntax.Method) {
	c := localOf(e.Object)
	if c == nil || !w.talk[c] || len(e.Args) == 0 || e.Name != "ask" && e.Name != "confirm" && e.Name != "choose" || mayHaveID(e.Args[1:]) {
		return
	}
	text, constant := e.Args[0].(*syntax.String)
	if !constant {
		if source := sourceOf(e.Args[0]); source != "" {
			w.e.warn(w.file, e.Line(), words.Say(words.QuestionReworded, "source", source))
		}
		return
	}
	q := question{c, e.Name, text.Value, w.blocks[len(w.blocks)-1], e.Line()}
	for _, before := range w.asks {
		if before.of == q.of && before.kind == q.kind && before.text == q.text && slices.Contains(w.blocks, before.block) {
			w.e.warn(w.file, q.line, words.Say(words.QuestionTwice, "question", quoted(q.text), "line", strconv.Itoa(before.line)))
			return
		}
	}
	if len(w.asks) < maxAsks {
		w.asks = append(w.asks, q)
	}
}

// maxAsks is how many questions of a file are held against one another.
const maxAsks = 1_000

// mayHaveID reports whether options of a question give it an id, or cannot be read.
func mayHaveID(options []syntax.Expr) bool {
	for _, o := range options {
		table, ok := o.(*syntax.Table)
		if !ok {
			return true
		}
		for _, f := range table.Fields {
			if key, ok := f.Key.(*syntax.String); ok && key.Value == "id" {
				return true
			}
		}
	}
	return false
}

// sourceOf is what a text is made of that may change while somebody waits: settings.x, or a file of data/; "" for neither.
func sourceOf(e syntax.Expr) string {
	s := sources{}
	s.Expr(e)
	return s.found
}

type sources struct{ found string }

// Block is for syntax.Parts.
func (s *sources) Block(*syntax.Block) {}

// Expr looks for settings and data.
func (s *sources) Expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Index:
		if name := syntax.GlobalName(e); libraryOf(name) == "settings" && s.found == "" {
			s.found = name
		}
		s.Expr(e.Object)
	case *syntax.Call:
		if name := syntax.GlobalName(e.Func); libraryOf(name) == "data" && s.found == "" {
			s.found = name
		}
		s.Expr(e.Func)
		s.list(e.Args)
	case *syntax.Method:
		s.Expr(e.Object)
		s.list(e.Args)
	default:
		syntax.Operands(e, s)
	}
}

func (s *sources) list(list []syntax.Expr) {
	for _, e := range list {
		s.Expr(e)
	}
}
