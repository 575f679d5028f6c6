package check

import (
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/words"
)

// mediaFiles judges the files that a call names. What the top level calls, running it says.
func (e *examiner) mediaFiles(file string, c engine.Call) {
	n, kind := bindings.FileArgument(c.Name)
	fields := bindings.FileFields(c.Name)
	for i, arg := range c.Args {
		if kind != "" && i == n && arg.Kind == engine.ArgString {
			e.mediaFile(mention{file, c.Line, c.Name, c.Inside, ""}, kind, arg.Text)
		}
		for _, t := range arg.Texts {
			for name, kind := range fields {
				if t.Path == name || strings.HasSuffix(t.Path, "."+name) {
					e.mediaFile(mention{file, t.Line, c.Name, c.Inside, name}, kind, t.Text)
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

	inside bool
	field  string // of its table; "" for an argument
}

func (e *examiner) mediaFile(at mention, kind, id string) {
	err := e.program.CheckMedia(kind, id)
	within := at.inside
	if err == nil {
		err, within = e.program.CheckMediaContent(kind, id), true // which running does not look at
	}
	if err != nil && within {
		e.wrong(at.file, at.line, words.Say(words.MediaFile, "name", at.name, "why", err.Error()))
	} else if isAddress(id) && !takesAddress(at.field) {
		e.wrong(at.file, at.line, words.Say(words.MediaAddress, "name", at.name, "address", quoted(id)))
	}
}

func isAddress(id string) bool {
	return strings.HasPrefix(id, "https://") || strings.HasPrefix(id, "http://")
}

// takesAddress reports whether a field of a table is for links: the picture of an article.
func takesAddress(field string) bool {
	return strings.HasSuffix(field, "pic_url") || strings.HasSuffix(field, "picurl")
}
