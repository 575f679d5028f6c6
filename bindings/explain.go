package bindings

import (
	"slices"

	"moonwire/wechat"
)

// Explained is one rule, and why it did not answer a push.
type Explained struct {
	Rule     string // as in Tried
	Answered bool
	Why      Text
}

// maxExplained is how many rules are explained.
const maxExplained = 200

// Why it was that a rule did not answer.
var (
	whyAnswered = Text{"answered", "作了回答"}
	whyFailed   = Text{"was asked, and failed", "问到了，但出错了"}
	whyNothing  = Text{"was asked, and gave nothing", "问到了，没有给出回答"}
	whyBehind   = Text{"was not asked: another answered before it", "没有问到：前面的规则已经回答"}
	whyText     = Text{"is for texts", "只管文字"}
	whyExact    = Text{"the text is none of its keys", "文字不是它的任何一个关键词"}
	whyPart     = Text{"none of its keys stands in the text", "文字里没有它的关键词"}
	whyPattern  = Text{"its pattern does not fit the text", "文字不符合它的正则"}
	whyKind     = Text{"is for another kind of message", "管的是另一种消息"}
	whyEvent    = Text{"is for another event", "管的是另一种事件"}
	whyScene    = Text{"the scene fits none of its keys", "场景值不符合它的任何一个关键词"}
	whyButton   = Text{"is for another button", "管的是另一个按钮"}
	whyHook     = Text{"is for calls of a hook", "只管钩子的调用"}
	whyFallback = Text{"is only for what fans say and press", "只管粉丝说的话和点的按钮"}
)

// Explain goes over the rules of the build in the order in which a push asks them, and says of each why it did not answer.
// tried and answered are what the turn said: Outcome.Tried and Rule. At most 200 rules.
func (p *Program) Explain(m *wechat.Message, tried []Tried, answered string) (all []Explained) {
	x := p.index()
	f := x.facts(m, func(int) {})
	over := false
	for _, st := range [...]phase{phaseBefore, phaseRules, phaseFallback, phaseHook} {
		for _, n := range x.phases[st] {
			if len(all) == maxExplained {
				return all
			}
			r := &x.rules[n]
			one := Explained{Rule: r.label, Why: x.why(n, &f)}
			at := slices.IndexFunc(tried, func(t Tried) bool { return t.Rule == r.label })
			switch {
			case r.label == answered && at >= 0 && tried[at].Result == "error":
				one.Why = whyFailed
			case r.label == answered:
				one.Answered, one.Why = true, whyAnswered
			case at >= 0:
				one.Why = whyNothing
			case over && x.fits(n, &f):
				one.Why = whyBehind
			}
			over = over || r.label == answered
			all = append(all, one)
		}
	}
	return all
}

// why is what keeps a push from a rule that was not asked.
func (x *index) why(n int, f *facts) Text {
	r := &x.rules[n]
	switch {
	case r.fits == fitsHook:
		return whyHook
	case r.fits <= fitsPattern && r.fits != fitsAll && !f.text:
		return whyText
	}
	switch r.fits {
	case fitsExact:
		return whyExact
	case fitsPart:
		return whyPart
	case fitsPattern:
		return whyPattern
	case fitsType:
		return whyKind
	case fitsEvent:
		return whyEvent
	case fitsScene:
		return whyScene
	case fitsEventKey:
		return whyButton
	case fitsFallback:
		return whyFallback
	}
	return whyNothing
}
