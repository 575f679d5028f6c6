package check

import (
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
)

// mediaFiles judges the files that a call names. What the top level calls, running it says.
func (e *examiner) mediaFiles(file string, c engine.Call) {
	if !c.Inside {
		return
	}
	n, kind := bindings.FileArgument(c.Name)
	fields := bindings.FileFields(c.Name)
	for i, arg := range c.Args {
		if kind != "" && i == n && arg.Kind == engine.ArgString {
			e.mediaFile(mention{file, c.Line, c.Name}, kind, arg.Text)
		}
		for _, t := range arg.Texts {
			for name, kind := range fields {
				if t.Path == name || strings.HasSuffix(t.Path, "."+name) {
					e.mediaFile(mention{file, t.Line, c.Name}, kind, t.Text)
				}
			}
		}
	}
}

// mention is where a function is called.
type mention struct {
	file string
	line int
	name string
}

func (e *examiner) mediaFile(at mention, kind, id string) {
	if err := e.media(kind, id); err != nil {
		e.wrong(at.file, at.line, at.name+": "+err.Error(), "")
	}
}
