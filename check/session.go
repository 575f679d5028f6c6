package check

import (
	"moonwire/engine/syntax"
	"moonwire/words"
)

// notes are the fields of msg.session in all files of an account: one that is counted up before anything else gives it a
// value fails at a fan's first message.
type notes struct {
	assigned map[string]int
	tested   map[string]bool
	counted  []counted
}

type counted struct {
	file string
	line int
	name string
	zero string // what it may begin with
}

// judge finds the notes that nothing but counting assigns.
func (n *notes) judge(e *examiner) {
	for _, c := range n.counted {
		if n.assigned[c.name] == 1 && !n.tested[c.name] {
			e.wrong(c.file, c.line, words.Say(words.SessionUnset, "field", c.name, "zero", c.zero))
		}
	}
}

// noteOf is the field of msg.session that an expression is; "" for any other. Whatever is called session counts: a test of
// it may stand in a function that is given msg.
func (w *walker) noteOf(e syntax.Expr) string {
	field, ok := e.(*syntax.Index)
	if !ok {
		return ""
	}
	session, ok := field.Object.(*syntax.Index)
	if !ok || textKey(session) != "session" {
		return ""
	}
	return textKey(field)
}

// assign reads the target of an assignment.
func (w *walker) assign(target, value syntax.Expr) {
	field, ok := target.(*syntax.Index)
	if !ok {
		return
	}
	if name := localOf(field.Object); name != nil && w.msg[name] != "" && textKey(field) != "" {
		note := textKey(field)
		if note == "session" {
			note = "x"
		}
		w.e.wrong(w.file, field.Line(), words.Say(words.MessageReadOnly, "field", textKey(field), "note", note))
		return
	}
	if note := w.noteOf(field); note != "" {
		w.e.notes.assigned[note]++
		if zero := w.counts(note, value); zero != "" {
			w.e.notes.counted = append(w.e.notes.counted, counted{w.file, field.Line(), note, zero})
		}
		w.kept("msg.session."+note, value)
	}
	w.visit(field.Object, used)
	w.visit(field.Key, taken)
}

// counts is what a note may begin with, where its new value is made of the old one: 0 or ""; "" where it is not.
func (w *walker) counts(note string, value syntax.Expr) string {
	switch e := value.(type) {
	case *syntax.Binary:
		if !e.Op.Compares() && (w.noteOf(e.Left) == note || w.noteOf(e.Right) == note) {
			return "0"
		}
	case *syntax.Concat:
		for _, x := range e.List {
			if w.noteOf(x) == note {
				return `""`
			}
		}
	}
	return ""
}

// kept judges what is to be kept: a function cannot be.
func (w *walker) kept(name string, value syntax.Expr) {
	switch e := value.(type) {
	case *syntax.Table:
		for _, f := range e.Fields {
			w.kept(name, f.Value)
		}
	case *syntax.Func:
		w.e.wrong(w.file, e.Line(), words.Say(words.NotPlain, "name", name))
	}
}
