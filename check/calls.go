package check

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/outside"
	"moonwire/words"
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
	case library == "template":
		e.template(file, c)
	case library == "data":
		e.dataFile(file, c)
	case library == "reply" && c.Bare:
		e.warn(file, c.Line, words.Say(words.LostReply, "name", c.Name))
	}
	e.mediaFiles(file, c)
	if c.Inside { // running the top level says the rest
		for _, m := range bindings.Misfits(c) {
			e.wrong(file, c.Line, m)
		}
	}
}

// luaClass is a class of Lua's patterns, which regular expressions write with a backslash.
var luaClass = regexp.MustCompile(`%[adsw]`)

// fansText is how long a text that a fan sends may be, in bytes.
const fansText = 2048

// pattern judges a regular expression in an argument, counted from 0.
func (e *examiner) pattern(file string, c engine.Call, n int) {
	if n >= len(c.Args) || c.Args[n].Kind != engine.ArgString {
		return
	}
	pattern := c.Args[n].Text
	if class := luaClass.FindString(pattern); class != "" {
		e.warn(file, c.Line, words.Say(words.LuaPattern, "name", c.Name, "pattern", quoted(pattern), "class", class, "letter", class[1:]))
		return
	}
	if !c.Inside {
		return // running it says so
	}
	re, err := engine.CompileRegexp(pattern)
	switch {
	case err != nil:
		e.wrong(file, c.Line, words.Say(words.BadPattern, "name", c.Name, "pattern", quoted(pattern), "why", err.Error()))
	case re.Admit(fansText) != nil:
		e.warn(file, c.Line, words.Say(words.CostlyPattern, "name", c.Name, "pattern", quoted(pattern), "bytes", fmt.Sprint(fansText)))
	}
}

// quoted shows a text of the script, not too long.
func quoted(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// event judges the name of an event.
func (e *examiner) event(file string, c engine.Call) {
	if len(c.Args) == 0 || c.Args[0].Kind != engine.ArgString {
		return
	}
	name := c.Args[0].Text
	if slices.ContainsFunc(bindings.EventNames(), func(known string) bool { return strings.EqualFold(known, name) }) {
		return
	}
	near, shown := engine.Nearest(name, bindings.EventNames()), quoted(name)
	switch rule := eventRules[strings.ToLower(name)]; {
	case rule != "":
		e.wrong(file, c.Line, words.Say(words.EventHasRule, "event", shown, "rule", rule))
	case near != "":
		e.wrong(file, c.Line, words.Say(words.MisspeltEvent, "event", shown).Cured(words.DidYouMean(quoted(near))))
	default:
		e.warn(file, c.Line, words.Say(words.UnknownEvent, "event", shown))
	}
}

// address judges an address that stands in the text: one that nobody can call raises, one that account.yaml does not allow
// answers an error.
func (e *examiner) address(file string, c engine.Call) {
	if len(c.Args) == 0 || c.Args[0].Kind != engine.ArgString {
		return
	}
	_, err := e.program.Policy.Locate(c.Args[0].Text)
	var wrong *outside.Mistake
	var refused *outside.Error
	switch {
	case errors.As(err, &wrong):
		e.wrong(file, c.Line, words.Say(words.BadAddress, "name", c.Name, "address", quoted(c.Args[0].Text), "why", wrong.Reason))
	case errors.As(err, &refused):
		e.warn(file, c.Line, words.Say(words.HostNotAllowed, "name", c.Name, "why", refused.Message).Cured(words.Text{EN: refused.Hint, ZH: refused.HintZH}))
	}
}

// longestAlias is how long a text may be that is taken for an alias; the ids of templates have 43 letters.
const longestAlias = 32

// template judges the alias of a template.
func (e *examiner) template(file string, c engine.Call) {
	n := map[string]int{"template.send": 2, "template.delete": 1}[c.Name] - 1
	if n < 0 || n >= len(c.Args) || c.Args[n].Kind != engine.ArgString {
		return
	}
	alias := c.Args[n].Text
	if _, known := e.program.Templates[alias]; known || alias == "" || len(alias) > longestAlias || strings.ToUpper(alias) == alias {
		return
	}
	var names []string
	for name := range e.program.Templates {
		names = append(names, name)
	}
	slices.Sort(names)
	e.warn(file, c.Line, words.Say(words.UnknownTemplate, "name", c.Name, "alias", quoted(alias)).Cured(words.DidYouMean(engine.Nearest(alias, names))))
}
