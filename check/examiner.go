package check

import (
	"context"
	"maps"
	"slices"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/words"
)

// examiner judges the facts of all files of one account together: a global that one file assigns, another
// may read.
type examiner struct {
	set   *engine.Set
	files map[string]engine.Facts

	program bindings.ProgramConfig
	found   []Finding
	body    func(file string) ([]byte, bool) // of the account's folder
	notes   notes                            // of msg.session in all files
	sheets  map[string][]string              // columns of CSV files that were read; nil for one that cannot be

	required map[string]bool // files of shared/ that are required

	known   map[string]bool     // globals: of the set, or assigned somewhere
	members map[string][]string // library → its functions
	hints   []string            // names for "did you mean"
}

func newExaminer(set *engine.Set, p bindings.ProgramConfig, body func(string) ([]byte, bool)) *examiner {
	return &examiner{
		set: set, program: p, body: body, files: map[string]engine.Facts{}, sheets: map[string][]string{},
		notes: notes{assigned: map[string]int{}, tested: map[string]bool{}},
	}
}

// examine judges all files; it stops between two of them when ctx ends.
func (e *examiner) examine(ctx context.Context) {
	e.learn()
	for _, file := range e.order() {
		if ctx.Err() != nil {
			return
		}
		facts := e.files[file]
		calledGlobals := map[engine.Mention]bool{}
		for _, c := range facts.Calls {
			e.call(file, c)
			calledGlobals[engine.Mention{Name: c.Name, Line: c.Line, Inside: c.Inside}] = true
		}
		for _, m := range facts.Reads {
			called := m
			called.Tested = ""
			e.read(file, m, calledGlobals[called])
		}
		for _, m := range facts.Writes {
			e.write(file, m)
		}
		for _, m := range facts.Kept {
			e.warn(file, m.Line, words.Say(words.LostLocal, "name", m.Name))
		}
		for _, m := range facts.Requires {
			name := moduleFile(m.Name, e.exists)
			if !e.exists(name) {
				e.wrong(file, m.Line, words.Say(words.MissingModule, "name", m.Name, "file", name).Cured(e.meantModule(m.Name)))
			}
		}
		e.walk(file, facts.Tree)
	}
	e.notes.judge(e)
}

// exists reports whether the account has a file.
func (e *examiner) exists(file string) bool {
	_, is := e.body(file)
	return is
}

// meantModule guesses at a module that is written as a path.
func (e *examiner) meantModule(name string) words.Text {
	dotted := strings.ReplaceAll(strings.TrimSuffix(name, ".lua"), "/", ".")
	if dotted != name && e.exists(moduleFile(dotted, e.exists)) {
		return words.DidYouMean(`"` + dotted + `"`)
	}
	return words.Text{}
}

// order is the order of the files: of names that are equally near, a hint is to give the same one every time.
func (e *examiner) order() []string { return slices.Sorted(maps.Keys(e.files)) }

func (e *examiner) learn() {
	e.known, e.members = map[string]bool{"_G": true}, map[string][]string{}
	for _, name := range slices.Concat(e.set.Names(), bindings.FieldNames()) {
		library, member, dotted := strings.Cut(name, ".")
		e.known[library] = true
		if dotted {
			e.members[library] = append(e.members[library], member)
		}
		e.hints = append(e.hints, library)
	}
	e.known["settings"] = true
	delete(e.known, "msg") // it is what a handler is given
	e.hints = append(e.hints, "msg", "settings")
	for _, file := range e.order() {
		for _, m := range e.files[file].Writes {
			root, _, _ := strings.Cut(m.Name, ".")
			e.known[root] = true
			e.hints = append(e.hints, root)
		}
		for _, m := range e.files[file].Adds {
			library, member, _ := strings.Cut(m.Name, ".")
			e.members[library] = append(e.members[library], member)
		}
	}
}

// read judges a global that is read: nobody has it, or a library has no such member. What is only tested may be missing.
func (e *examiner) read(file string, m engine.Mention, called bool) {
	root, rest, dotted := strings.Cut(m.Name, ".")
	switch {
	case e.known[root] && m.Tested == m.Name, !e.known[root] && m.Tested != "":
		return
	case !e.known[root]:
		e.wrong(file, m.Line, e.unknown(root, m.Name, called && !dotted))
		return
	}
	members := e.members[root]
	member, _, _ := strings.Cut(rest, ".")
	if !dotted || len(members) == 0 || slices.Contains(members, member) {
		return
	}
	said := words.Say(words.UnknownMember, "library", root, "member", member, "members", strings.Join(first(members, 12), ", "))
	if instead, gone := engine.Gone(root); gone {
		said = said.Cured(instead)
	}
	if near := engine.Nearest(member, members); near != "" {
		said = said.Cured(words.DidYouMean(root + "." + near))
	}
	e.wrong(file, m.Line, said.Cured(words.DidYouMean(meantName(root+"."+member))))
}

// unknown words a global that nobody has; whole is the name with its fields.
func (e *examiner) unknown(root, whole string, called bool) words.Message {
	code := words.UnknownName
	if called {
		code = words.UnknownFunction
	}
	if instead, gone := engine.Gone(root); gone {
		return words.Say(words.NotInScripts, "name", root).Cured(instead)
	}
	said := words.Say(code, "name", root)
	if root == "msg" {
		return said.Cured(words.MsgIsGiven)
	}
	for _, name := range []string{
		engine.Undotted(root, e.set.Names()), meantName(whole), meantName(root), engine.Nearest(root, e.hints), engine.ByMember(root, e.set.Names()),
	} {
		if name != "" {
			return said.Cured(words.DidYouMean(name))
		}
	}
	return said
}

// write judges an assignment to a global: allowed, and gone with the message.
func (e *examiner) write(file string, m engine.Mention) {
	if m.Inside {
		e.warn(file, m.Line, words.Say(words.LostGlobal, "name", m.Name))
	}
}

func (e *examiner) wrong(file string, line int, m words.Message) {
	e.found = append(e.found, Of(file, line, m))
}

func (e *examiner) warn(file string, line int, m words.Message) {
	e.found = append(e.found, Of(file, line, m).Doubt())
}

// moduleFile is where a module's name leads: lib.x → lib/x.lua, or lib/x/init.lua where only that is there.
func moduleFile(name string, exists func(file string) bool) string {
	dir := strings.ReplaceAll(name, ".", "/")
	if init := dir + "/init.lua"; exists(init) && !exists(dir+".lua") {
		return init
	}
	return dir + ".lua"
}

func first(names []string, n int) []string {
	if len(names) > n {
		return append(slices.Clone(names[:n]), "…")
	}
	return names
}
