package bindings

import (
	"slices"
	"strings"
	"unicode/utf8"

	"moonwire/wechat"
)

const (
	// maxRules and maxKeys bound what a top level may declare.
	maxRules = 5_000
	maxKeys  = 20_000
	// maxKeyText is the longest text, pattern or glob of a rule, in bytes.
	maxKeyText = 1 << 10
	// maxPatternRules is how many instructions all patterns of on.match may have together.
	maxPatternRules = 100_000
	// maxFolded is how much of a text on.text and on.has look at, in bytes; WeChat's are far shorter.
	maxFolded = 64 << 10
	// maxMatched is how much of a text on.match looks at, in bytes.
	maxMatched = 8 << 10
)

// index is the rules of a build, made once in the dry run. It only grows while the dry run declares, and
// is read by many turns afterwards.
type index struct {
	rules    []rule
	stages   [3][]int       // ordinals by stage, in the order of declaration
	exact    map[string]int // folded text → ordinal
	pressed  map[string]int // event + NUL + key → ordinal
	keys     int
	patterns int           // instructions of all regular expressions
	folds    bool          // some rule compares folded text
	menu     *declaredMenu // nil when none was declared
}

func newIndex() *index {
	return &index{exact: map[string]int{}, pressed: map[string]int{}}
}

// seal ends the declarations and gives back the room that they do not need.
func (x *index) seal() *index {
	x.rules = slices.Clip(slices.Clone(x.rules))
	for i := range x.stages {
		x.stages[i] = slices.Clip(slices.Clone(x.stages[i]))
	}
	return x
}

// add appends a rule that was checked.
func (x *index) add(r rule) {
	n := len(x.rules)
	x.rules = append(x.rules, r)
	x.stages[r.kind.stage] = append(x.stages[r.kind.stage], n)
	x.keys += len(r.keys)
	switch r.fits {
	case fitsExact:
		x.folds = true
		for _, k := range r.folded {
			x.exact[k] = n
		}
	case fitsPart:
		x.folds = true
	case fitsEventKey:
		for _, k := range r.keys {
			x.pressed[pressedKey(r.kind.word, k)] = n
		}
	}
}

func pressedKey(event, key string) string { return strings.ToUpper(event) + "\x00" + key }

// facts is what rules ask of a push, worked out once for all of them.
type facts struct {
	m       *wechat.Message
	text    bool
	event   bool
	folded  string
	exact   int  // ordinal of the rule with this exact text, -1 for none
	pressed int  // ordinal of the rule with this menu key, -1 for none
	stale   bool // a tap on a button of ours that is gone: for the fallback, not for rules on taps as such
}

func (x *index) facts(m *wechat.Message) facts {
	f := facts{m: m, event: m.IsEvent(), exact: -1, pressed: -1}
	f.text = !f.event && m.MsgType == "text"
	if f.text && x.folds {
		f.folded = fold(cutText(m.Content, maxFolded))
		if n, ok := x.exact[f.folded]; ok {
			f.exact = n
		}
	}
	if f.event && len(x.pressed) > 0 {
		if n, ok := x.pressed[pressedKey(m.Event, m.EventKey)]; ok {
			f.pressed = n
		}
	}
	f.stale = f.event && f.pressed < 0 && stale(m)
	return f
}

// fits reports whether rule n is for the push. Of a rule with a pattern it says only that the push is a text.
func (x *index) fits(n int, f *facts) bool {
	r := &x.rules[n]
	switch r.fits {
	case fitsAll:
		return true
	case fitsText, fitsPattern:
		return f.text
	case fitsExact:
		return f.exact == n
	case fitsPart:
		return f.text && containsAny(f.folded, r.folded)
	case fitsType:
		return !f.event && f.m.MsgType == r.kind.word
	case fitsEvent:
		return f.event && !f.stale && f.m.IsEventNamed(r.eventName())
	case fitsScene:
		return f.event && f.m.IsEventNamed("SCAN") && anyGlob(r.keys, f.m.Scene())
	case fitsEventKey:
		return f.pressed == n
	default:
		return f.m.FanAct() && (!f.event || f.m.IsEventNamed("CLICK"))
	}
}

// eventName is the event a rule is for: fixed for on.subscribe, the key of on.event.
func (r *rule) eventName() string {
	if r.kind.word != "" {
		return r.kind.word
	}
	return r.keys[0]
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// anyGlob takes no scene that is longer than WeChat's may be by far: a glob costs their product.
func anyGlob(globs []string, s string) bool {
	if len(s) > maxKeyText {
		return false
	}
	for _, g := range globs {
		if glob(g, s) {
			return true
		}
	}
	return false
}

// cutText is the beginning of s that has at most n bytes, cut at the border of a character.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
