package check

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/outside"
)

// call judges calls whose arguments can be read in the text.
func (e *examiner) call(file string, c engine.Call) {
	if c.Local || c.Method {
		return
	}
	library, _, _ := strings.Cut(c.Name, ".")
	switch {
	case c.Name == "on.event":
		e.event(file, c)
	case c.Name == "on.match":
		e.pattern(file, c, 0)
	case library == "re":
		e.pattern(file, c, 1)
	case library == "http":
		e.address(file, c)
	case library == "reply" && c.Bare:
		e.warn(file, c.Line, "what "+c.Name+" makes is thrown away", "write return "+c.Name+"(…)")
	}
	e.mediaFiles(file, c)
}

// luaClass is a class of Lua's patterns, which regular expressions write with a backslash.
var luaClass = regexp.MustCompile(`%[adsw]`)

// pattern judges a regular expression in an argument, counted from 0.
func (e *examiner) pattern(file string, c engine.Call, n int) {
	if n >= len(c.Args) || c.Args[n].Kind != engine.ArgString {
		return
	}
	if class := luaClass.FindString(c.Args[n].Text); class != "" {
		e.warn(file, c.Line, fmt.Sprintf("%s(%q): %s is of Lua's patterns; this is a regular expression", c.Name, c.Args[n].Text, class),
			fmt.Sprintf(`write \%s, and the text in [[…]]`, class[1:]))
	}
}

// event judges the name of an event.
func (e *examiner) event(file string, c engine.Call) {
	if len(c.Args) == 0 || c.Args[0].Kind != engine.ArgString {
		return
	}
	name := c.Args[0].Text
	for _, known := range bindings.EventNames() {
		if strings.EqualFold(known, name) {
			return
		}
	}
	near := engine.Nearest(name, bindings.EventNames())
	if near == "" {
		e.warn(file, c.Line, fmt.Sprintf("on.event(%q): WeChat has no such event that Moonwire knows of", name), "check the spelling; the rule waits for exactly this name")
		return
	}
	e.wrong(file, c.Line, fmt.Sprintf("on.event(%q): WeChat has no such event", name), fmt.Sprintf("did you mean %q?", near))
}

// address judges an address that stands in the text: one that nobody can call raises, one that account.yaml does not allow
// answers an error.
func (e *examiner) address(file string, c engine.Call) {
	if len(c.Args) == 0 || c.Args[0].Kind != engine.ArgString {
		return
	}
	_, err := e.policy.Locate(c.Args[0].Text)
	var wrong *outside.Mistake
	var refused *outside.Error
	switch {
	case errors.As(err, &wrong):
		e.wrong(file, c.Line, fmt.Sprintf("%s(%q): %s", c.Name, c.Args[0].Text, wrong.Reason), "")
	case errors.As(err, &refused):
		e.warn(file, c.Line, fmt.Sprintf("%s: %s", c.Name, refused.Message), refused.Hint)
	}
}
