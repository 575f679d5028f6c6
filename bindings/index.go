package bindings

import (
	"slices"
	"strings"
	"sync"

	"moonwire/wechat"
)

const (
	// maxRules and maxKeys bound what a top level may declare.
	maxRules = 5_000
	maxKeys  = 20_000
	// maxKeyText is the longest text, pattern or glob of a rule, in bytes.
	maxKeyText = 1 << 10
	// maxKeyTexts is how long all keys of a build may be together, in bytes, as they are compared. The automata over
	// them take twenty bytes for each.
	maxKeyTexts = 1 << 20
	// maxLater is how many bytes of keys wait for the first push that is compared with them until their automata are
	// made, in some hundred microseconds: most accounts are idle.
	maxLater = 4 << 10
	// maxPatternRules is how many instructions all patterns of on.match may have together.
	maxPatternRules = 100_000
	// maxScene is the longest scene that on.scan looks at, in bytes; WeChat's have 64 characters.
	maxScene = 1 << 10
	// maxFolded is how much of a text on.text and on.has look at, in bytes; WeChat's are far shorter.
	maxFolded = 64 << 10
	// maxMatched is how much of a text on.match looks at, in bytes.
	maxMatched = 8 << 10
)

// index is the rules of a build, made once in the dry run. It only grows while the dry run declares, and
// is read by many turns afterwards.
type index struct {
	rules   []rule
	phases  [4][]int               // ordinals by phase, in the order of declaration
	exact   map[string]int         // folded text → ordinal
	pressed map[string]int         // event + NUL + key → ordinal
	some    [fitsFallback + 1]bool // whether any rule is of this fitting
	hooks   map[string]int         // name → ordinal
	events  int                    // bytes of all names that an event is compared with
	jobs    []declaredJob          // in the order of declaration
	menu    *declaredMenu          // nil when none was declared
	flows   []declaredFlow         // in the order of declaration
	draft   *draft                 // nil once the index is sealed

	once  sync.Once
	parts *parts // of on.has, nil without; once
	globs *globs // of on.scan, nil without; once
}

// draft is what only the dry run needs.
type draft struct {
	keys     int
	bytes    int // of all keys
	patterns int // instructions of all regular expressions
}

func newIndex() *index {
	return &index{exact: map[string]int{}, pressed: map[string]int{}, hooks: map[string]int{}, draft: &draft{}}
}

// seal ends the declarations and gives back the memory that is not needed.
func (x *index) seal() *index {
	x.rules, x.jobs = slices.Clip(slices.Clone(x.rules)), slices.Clip(slices.Clone(x.jobs))
	for i := range x.phases {
		x.phases[i] = slices.Clip(slices.Clone(x.phases[i]))
	}
	if x.draft.bytes > maxLater {
		x.prepare()
	}
	x.draft = nil
	return x
}

// prepare makes the automata, once.
func (x *index) prepare() {
	x.once.Do(func() { x.parts, x.globs = newParts(x.keysOf(fitsPart)), newGlobs(x.keysOf(fitsScene)) })
}

// keysOf lists the keys of all rules that fit so, as they are compared.
func (x *index) keysOf(f fitting) (all []ruleKey) {
	for n := range x.rules {
		if x.rules[n].fits != f {
			continue
		}
		for _, k := range x.rules[n].keys {
			if f == fitsPart {
				k = fold(k)
			}
			all = append(all, ruleKey{k, int32(n)})
		}
	}
	return all
}

// add appends a rule that was checked, with its keys as they are compared.
func (x *index) add(r rule, compared []string) {
	n := len(x.rules)
	x.rules = append(x.rules, r)
	x.phases[r.kind.phase] = append(x.phases[r.kind.phase], n)
	x.some[r.fits] = true
	x.draft.keys += len(compared)
	for _, k := range compared {
		x.draft.bytes += len(k)
		switch r.fits {
		case fitsExact:
			x.exact[k] = n
		case fitsHook:
			x.hooks[k] = n
		case fitsEventKey:
			x.pressed[pressedKey(r.kind.word, k)] = n
		}
	}
	if r.fits == fitsEvent {
		x.events += len(r.eventName())
	}
}

func pressedKey(event, key string) string { return strings.ToUpper(event) + "\x00" + key }

// facts is what rules ask of a push, worked out once for all of them.
type facts struct {
	m       *wechat.Message
	text    bool
	event   bool
	found   bitset // rules with a key that stands in the text, or a pattern that the scene fits
	exact   int    // ordinal of the rule with this exact text, -1 for none
	pressed int    // ordinal of the rule with this menu key, -1 for none
	stale   bool   // a tap on a button of ours that is gone: for the fallback, not for rules on taps as such
}

// costly reports whether comparing the push with the rules may take more than some tens of microseconds.
func (x *index) costly(m *wechat.Message) bool {
	work := len(m.Content) + len(m.EventKey) + len(x.rules)
	if m.IsEvent() {
		work += x.events
	}
	return work > 1<<10 || x.some[fitsScene] && m.IsEventNamed("SCAN")
}

// facts tells pay of its work, in steps, before it does it.
func (x *index) facts(m *wechat.Message, pay func(steps int)) facts {
	f := facts{m: m, event: m.IsEvent(), exact: -1, pressed: -1}
	f.text = !f.event && m.MsgType == "text"
	pay(1 + len(x.rules)/4)
	switch {
	case f.text:
		x.textFacts(&f, pay)
	case f.event:
		x.eventFacts(&f, pay)
	}
	return f
}

func (x *index) textFacts(f *facts, pay func(steps int)) {
	if !x.some[fitsExact] && !x.some[fitsPart] {
		return
	}
	text := cutText(f.m.Content, maxFolded)
	pay(len(text) / 4)
	text = fold(text)
	if n, ok := x.exact[text]; ok {
		f.exact = n
	}
	if x.some[fitsPart] {
		x.prepare()
		f.found = x.parts.fitting(x.parts.find(text, pay), len(x.rules))
	}
}

func (x *index) eventFacts(f *facts, pay func(steps int)) {
	m := f.m
	pay(x.events / 4)
	if len(x.pressed) > 0 {
		pay(len(m.EventKey) / 8)
		if n, ok := x.pressed[pressedKey(m.Event, m.EventKey)]; ok {
			f.pressed = n
		}
	}
	f.stale = f.pressed < 0 && stale(m)
	if x.some[fitsScene] && m.IsEventNamed("SCAN") && len(m.Scene()) <= maxScene {
		x.prepare()
		f.found = x.globs.fitting(x.globs.find(m.Scene(), pay), len(x.rules))
	}
}

// fits reports whether rule n is for the push. Of a rule with a pattern it says only that the push is a text.
func (x *index) fits(n int, f *facts) bool {
	r := &x.rules[n]
	switch r.fits {
	case fitsAll:
		return true
	case fitsHook:
		return false
	case fitsText, fitsPattern:
		return f.text
	case fitsExact:
		return f.exact == n
	case fitsPart, fitsScene:
		return f.found.has(n)
	case fitsType:
		return !f.event && f.m.MsgType == r.kind.word
	case fitsEvent:
		return f.event && !f.stale && f.m.IsEventNamed(r.eventName())
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
