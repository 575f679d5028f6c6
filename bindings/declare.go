package bindings

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// declare is the native behind a function of on.*: (handler) or (keys, handler).
func declare(k kind) func(call) int {
	return func(c call) int {
		n := c.count()
		keys := lua.LValue(lua.LNil)
		if n == 2 {
			keys = c.arg(1)
		}
		c.state.declare(c, k, keys, c.arg(n))
		return 0
	}
}

// declare takes a rule of the top level. In the dry run of a build it is checked and put on the index; in
// a turn, it must be the one that the index has at this place.
func (s *state) declare(c call, k kind, keys, handler lua.LValue) {
	if !c.turn.Loading() {
		c.fail("rules are declared at the top level, not inside a handler")
	}
	n := len(s.handlers)
	if s.draft {
		s.index.add(c.rule(s.index, k, c.keys(keys)))
	} else if n >= len(s.index.rules) || !s.index.rules[n].same(c, k, keys) {
		c.fail("this rule was not declared so when the script was loaded; rules must not depend on time or chance")
	}
	s.handlers = append(s.handlers, handler)
}

// same compares a rule with what a turn declares, without making anything.
func (r *rule) same(c call, k kind, keys lua.LValue) bool {
	if r.kind != k {
		return false
	}
	switch v := keys.(type) {
	case *lua.LNilType:
		return len(r.keys) == 0
	case lua.LString:
		c.turn.Steps(c.L, len(v)/8)
		return len(r.keys) == 1 && r.keys[0] == string(v)
	case *lua.LTable:
		v = c.open(v)
		return v.Len() == len(r.keys) && r.sameList(c, v)
	}
	return false
}

func (r *rule) sameList(c call, tb *lua.LTable) bool {
	for i, key := range r.keys {
		c.turn.Steps(c.L, len(key)/8)
		if s, ok := tb.RawGetInt(i + 1).(lua.LString); !ok || string(s) != key {
			return false
		}
	}
	return true
}

// keys reads the key or the list of keys of a rule.
func (c call) keys(v lua.LValue) []string {
	switch v := v.(type) {
	case lua.LString:
		return []string{string(v)}
	case *lua.LTable:
		tb := c.open(v)
		n := tb.Len()
		if n > maxKeys {
			c.failArg(1, fmt.Sprintf("has %d texts", n), fmt.Sprintf("at most %d", maxKeys))
		}
		var all []string
		for i := 1; i <= n; i++ {
			s, ok := tb.RawGetInt(i).(lua.LString)
			if !ok {
				c.fail("%s: item %d is %s; want a string", c.argument(1), i, describe(tb.RawGetInt(i)))
			}
			all = append(all, string(s))
		}
		if len(all) == 0 {
			c.failArg(1, "is an empty list", "a list of strings")
		}
		return all
	}
	return nil
}

// rule checks what was declared and makes the rule, and its keys as they are compared.
func (c call) rule(x *index, k kind, keys []string) (r rule, compared []string) {
	c.refuseMany(x, keys)
	file, line := c.turn.Where(c.L)
	r = rule{kind: k, name: c.fn.Name, fits: k.fits(keys != nil), keys: keys, file: file, line: line, label: label(file, line, c.fn.Name, keys)}
	compared = keys
	switch r.fits {
	case fitsExact:
		compared = c.foldedKeys(keys)
		c.refuseTwice(x, compared, keys, x.exact)
	case fitsPart:
		compared = c.foldedKeys(keys)
	case fitsEvent:
		if k.word == "" {
			c.checkEventName(keys[0])
		}
	case fitsEventKey:
		c.refuseTwice(x, pressedKeys(k.word, keys), keys, x.pressed)
	case fitsPattern:
		r.re = c.rulePattern(x, keys[0])
	}
	c.refuseMuch(x, compared)
	return r, compared
}

// refuseMany refuses more rules and keys than a build may have, and long keys.
func (c call) refuseMany(x *index, keys []string) {
	if len(x.rules) >= maxRules || x.draft.keys+len(keys) > maxKeys {
		c.fail("more than %d rules or %d keys; move the table to data/ and look it up in one rule", maxRules, maxKeys)
	}
	for _, k := range keys {
		if len(k) > maxKeyText {
			c.failArg(1, fmt.Sprintf("has a text of %d bytes", len(k)), fmt.Sprintf("at most %d", maxKeyText))
		}
		c.turn.Steps(c.L, 5*len(k))
	}
}

// refuseMuch refuses keys that are too much text together with those before.
func (c call) refuseMuch(x *index, compared []string) {
	size := x.draft.bytes
	for _, k := range compared {
		size += len(k)
	}
	if size > maxKeyTexts {
		c.fail("the keys of all rules up to here have %d bytes; want at most %d. Move the table to data/ and look it up in one rule", size, maxKeyTexts)
	}
}

// rulePattern compiles the pattern of a rule.
func (c call) rulePattern(x *index, pattern string) *engine.Regexp {
	re, err := c.state.p.engine.Regexp(pattern)
	if err != nil {
		c.fail("%s: %s", c.argument(1), err)
	}
	if err := re.Admit(maxMatched); err != nil {
		c.fail("%s: the pattern is too large for texts of %d bytes, which fans may send", c.argument(1), maxMatched)
	}
	if x.draft.patterns += re.Size(); x.draft.patterns > maxPatternRules {
		c.fail("the patterns of on.match are too large together; move some into one rule")
	}
	return re
}

func (c call) foldedKeys(keys []string) []string {
	folded := make([]string, len(keys))
	for i, k := range keys {
		if folded[i] = fold(k); folded[i] == "" {
			c.failArg(1, "has an empty text", "a text with something in it")
		}
	}
	return folded
}

func pressedKeys(event string, keys []string) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = pressedKey(event, k)
	}
	return all
}

// refuseTwice refuses a key that a rule has already, or that stands in the list twice.
func (c call) refuseTwice(x *index, keys, written []string, taken map[string]int) {
	mine := map[string]bool{}
	for i, k := range keys {
		if n, ok := taken[k]; ok {
			first := &x.rules[n]
			c.fail("%s has a rule already at %s:%d; only the first would ever be asked", quote(written[i]), first.file, first.line)
		}
		if mine[k] {
			c.fail("%s stands in the list twice", quote(written[i]))
		}
		mine[k] = true
	}
}

func (c call) checkEventName(name string) {
	if name == "" {
		c.failArg(1, "is empty", "the name of an event, such as CLICK")
	}
	for _, e := range eventNames {
		if strings.EqualFold(e, name) {
			return
		}
	}
	if near := engine.Nearest(name, eventNames); near != "" {
		c.fail("%s: WeChat has no event %s; did you mean %s? For a new event, use on.message and compare msg.event", c.argument(1), quote(name), near)
	}
}
