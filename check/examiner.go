package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"moonwire/engine"
	"moonwire/outside"
)

// examiner judges the facts of all files of one account together: a global that one file assigns, another
// may read.
type examiner struct {
	set   *engine.Set
	files map[string]engine.Facts

	policy outside.Policy // which servers the account may call
	found  []Finding
	media  func(kind, id string) error // what is wrong with a file in the place of a media_id

	required map[string]bool // files of shared/ that are required

	known   map[string]bool     // globals: of the set, or assigned somewhere
	members map[string][]string // library → its functions
	hints   []string            // names for "did you mean"
}

func (e *examiner) examine(exists func(file string) bool) {
	e.learn()
	for _, file := range e.order() {
		facts := e.files[file]
		calledGlobals := map[engine.Mention]bool{}
		for _, c := range facts.Calls {
			e.call(file, c)
			calledGlobals[engine.Mention{Name: c.Name, Line: c.Line, Inside: c.Inside}] = true
		}
		for _, m := range facts.Reads {
			e.read(file, m, calledGlobals[m])
		}
		for _, m := range facts.Writes {
			e.write(file, m)
		}
		for _, m := range facts.Kept {
			e.warn(file, m.Line, fmt.Sprintf("%s belongs to the top level, which runs anew for every message: what is assigned here is gone with this message", m.Name),
				"keep it in msg.session (one fan) or store (the account)")
		}
		for _, m := range facts.Requires {
			if name := moduleFile(m.Name, exists); !exists(name) {
				e.wrong(file, m.Line, fmt.Sprintf("require %q: there is no %s", m.Name, name), "modules are files of this account (lib.x is lib/x.lua) or of scripts/shared (shared.x)")
			}
		}
	}
}

// order is the order of the files: of names that are equally near, a hint is to give the same one every time.
func (e *examiner) order() []string { return slices.Sorted(maps.Keys(e.files)) }

func (e *examiner) learn() {
	e.known, e.members = map[string]bool{"_G": true}, map[string][]string{}
	for _, name := range e.set.Names() {
		library, member, dotted := strings.Cut(name, ".")
		e.known[library] = true
		if dotted {
			e.members[library] = append(e.members[library], member)
		}
		e.hints = append(e.hints, library)
	}
	for _, name := range []string{"msg", "settings"} {
		e.known[name] = true
		e.hints = append(e.hints, name)
	}
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

// read judges a global that is read: nobody has it, or a library has no such member.
func (e *examiner) read(file string, m engine.Mention, called bool) {
	root, rest, dotted := strings.Cut(m.Name, ".")
	if !e.known[root] {
		cause := fmt.Sprintf("nothing is called %s: it is nil here", root)
		if called && !dotted {
			cause = fmt.Sprintf("nothing is called %s: calling it raises", root)
		}
		cure := guess(root, e.hints, "", "declare it with local, or correct the name")
		if full := engine.Undotted(root, e.set.Names()); full != "" {
			cure = "did you mean " + full + "?"
		}
		e.wrong(file, m.Line, cause, cure)
		return
	}
	members := e.members[root]
	member, _, _ := strings.Cut(rest, ".")
	if dotted && len(members) > 0 && !slices.Contains(members, member) {
		e.wrong(file, m.Line, fmt.Sprintf("%s has no %s", root, member), guess(member, members, root+".", "see the reference: "+strings.Join(first(members, 12), ", ")))
	}
}

// write judges an assignment to a global: allowed, and gone with the message.
func (e *examiner) write(file string, m engine.Mention) {
	if m.Inside {
		e.warn(file, m.Line, m.Name+" is a global: it lasts for this message only",
			"use local; what must last goes into msg.session or store")
	}
}

func (e *examiner) wrong(file string, line int, cause, cure string) {
	e.found = append(e.found, Finding{File: file, Line: line, Cause: cause, Cure: cure})
}

func (e *examiner) warn(file string, line int, cause, cure string) {
	e.found = append(e.found, Finding{File: file, Line: line, Warning: true, Cause: cause, Cure: cure})
}

func guess(name string, candidates []string, prefix, otherwise string) string {
	if near := engine.Nearest(name, candidates); near != "" {
		return "did you mean " + prefix + near + "?"
	}
	return otherwise
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
