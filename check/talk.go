package check

import (
	"slices"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/engine/syntax"
	"moonwire/words"
)

// talkMethod judges a method of the c of a flow: whether there is one of that name.
func (w *walker) talkMethod(e *syntax.Method) {
	c := localOf(e.Object)
	if c == nil || !w.talk[c] {
		return
	}
	var methods []string
	for _, f := range bindings.Functions() {
		if name, ok := strings.CutPrefix(f.Name, "c:"); ok {
			methods = append(methods, name)
		}
	}
	if slices.Contains(methods, e.Name) {
		return
	}
	said := words.Say(words.UnknownMember, "library", c.Name, "member", e.Name, "members", strings.Join(methods, ", "))
	if near := engine.Nearest(e.Name, methods); near != "" {
		said = said.Cured(words.DidYouMean(c.Name + ":" + near))
	}
	w.e.wrong(w.file, e.Line(), said)
}
