package bindings

import (
	"fmt"
	"strings"

	"moonwire/engine"
)

// fitting says which pushes a rule is for.
type fitting uint8

const (
	fitsAll      fitting = iota // every push
	fitsText                    // any text
	fitsExact                   // a text among the keys, after folding
	fitsPart                    // a text that contains the key, after folding
	fitsPattern                 // a text that the regular expression fits
	fitsType                    // messages of this type
	fitsEvent                   // events of this name
	fitsScene                   // SCAN whose scene fits one of the globs
	fitsEventKey                // CLICK, VIEW with this key
	fitsHook                    // calls of the hook with this name, and no push
	fitsFallback                // messages of the fan and CLICK
)

// kind is a function of on.*: what the rules made with it are for, and when they are asked.
type kind struct {
	bare  fitting // called with a handler alone
	keyed fitting // called with keys and a handler
	word  string  // type of message or name of event; "" when the key names the event
	phase phase
}

func (k kind) fits(withKeys bool) fitting {
	if withKeys {
		return k.keyed
	}
	return k.bare
}

// phase orders the rules: before, declared order, fallback.
type phase uint8

const (
	phaseRules phase = iota
	phaseBefore
	phaseFallback
	phaseHook // asked by name
)

// rule is one rule as the dry run of a build saw it. A turn that runs the top level again brings the
// handlers; everything else is here once, for all turns. Immutable after the dry run.
type rule struct {
	kind  kind
	name  string // "on.text"
	fits  fitting
	label string   // `main.lua:12 on.text("下单")`
	keys  []string // as written
	re    *engine.Regexp
	file  string
	line  int
}

// label shows where and how a rule was declared.
func label(file string, line int, name string, keys []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d %s", file, line, name)
	switch {
	case len(keys) == 1:
		fmt.Fprintf(&b, "(%s)", quote(keys[0]))
	case len(keys) > 1:
		fmt.Fprintf(&b, "{%s, …}", quote(keys[0]))
	}
	return b.String()
}
