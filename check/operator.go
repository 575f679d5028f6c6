package check

import (
	"strings"
	"unicode/utf8"

	"moonwire/engine/syntax"
	"moonwire/words"
)

// sum judges an addition: texts that are no numbers.
func (w *walker) sum(e *syntax.Binary) {
	for _, x := range []syntax.Expr{e.Left, e.Right} {
		text, ok := x.(*syntax.String)
		if !ok {
			continue
		}
		if _, number := syntax.ParseNumber(strings.TrimSpace(text.Value)); !number {
			w.e.wrong(w.file, e.Line(), words.Say(words.PlusOnText, "text", quoted(text.Value)))
			return
		}
	}
}

// iterator judges what # and ipairs are given: what gmatch gives is no table.
func (w *walker) iterator(by string, e syntax.Expr) {
	shown := ""
	switch e := e.(type) {
	case *syntax.Method:
		if e.Name == "gmatch" {
			shown = "s:gmatch(…)"
		}
	case *syntax.Call:
		if syntax.GlobalName(e.Func) == "string.gmatch" {
			shown = "string.gmatch(…)"
		}
	}
	if shown != "" {
		if by == "#" {
			by += shown
		} else {
			by += "(" + shown + ")"
		}
		w.e.wrong(w.file, e.Line(), words.Say(words.IteratorAsTable, "call", by))
	}
}

// cut judges string.sub of a text that stands there: whether it cuts through a character.
func (w *walker) cut(name string, text syntax.Expr, places []syntax.Expr) {
	if p, ok := text.(*syntax.Paren); ok {
		text = p.X
	}
	s, ok := text.(*syntax.String)
	if !ok || len(places) == 0 {
		return
	}
	from, ok := place(places[0])
	if !ok {
		return
	}
	to := -1
	if len(places) > 1 {
		if to, ok = place(places[1]); !ok {
			return
		}
	}
	if utf8.ValidString(s.Value) && !utf8.ValidString(between(s.Value, from, to)) {
		w.e.wrong(w.file, text.Line(), words.Say(words.TornText, "name", name, "text", s.Value))
	}
}

// place is a whole number that stands in the text.
func place(e syntax.Expr) (int, bool) {
	sign := 1
	if u, ok := e.(*syntax.Unary); ok && u.Op == syntax.Minus {
		sign, e = -1, u.X
	}
	n, ok := e.(*syntax.Number)
	if !ok || n.Value != float64(int(n.Value)) {
		return 0, false
	}
	return sign * int(n.Value), true
}

// between is string.sub.
func between(s string, from, to int) string {
	if from < 0 {
		from = max(len(s)+from+1, 1)
	}
	if to < 0 {
		to = len(s) + to + 1
	}
	from, to = max(from, 1), min(to, len(s))
	if from > to {
		return ""
	}
	return s[from-1 : to]
}
