package bindings

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// Bounds of questions.
const (
	maxQuestion = 4 << 10 // bytes of a question, and of a retry
	maxChoices  = 50
	maxChoice   = 200 // bytes of a word or a label
	maxWaiting  = 30 * 24 * time.Hour
)

// askKinds are the fields of c:ask that say what is wanted.
var askKinds = []string{askText, askNumber, askInteger, askDate, askPhone, askYesNo, askOneOf, askMedia, askLocation, askAny}

// running is the conversation that the method belongs to.
func (c call) running() *talk {
	if c.state.talk == nil {
		c.fail("this conversation is over")
	}
	return c.state.talk
}

// askable is running, where something may be asked.
func (c call) askable() *talk {
	k := c.running()
	if k.final {
		c.fail("on_timeout can say something, and not ask: the conversation is over")
	}
	return k
}

// newQuestion reads the text and the options that all questions have.
func (c call) newQuestion(kind string, options record) *Question {
	q := &Question{Kind: kind, Text: c.wholeText(2), Build: c.state.p.build.ID, Min: math.Inf(-1), Max: math.Inf(1)}
	if q.Text == "" || len(q.Text) > maxQuestion {
		c.failArg(2, "has "+plural(len(q.Text), "byte"), fmt.Sprintf("a text of 1 to %d bytes", maxQuestion))
	}
	q.File, _ = c.turn.Where(c.L)
	if options.table == nil {
		return q
	}
	q.ID, q.Retry = options.bytes("id"), options.text("retry")
	if len(q.Retry) > maxQuestion {
		options.fail("retry has %d bytes; want at most %d", len(q.Retry), maxQuestion)
	}
	if options.get("timeout") != lua.LNil {
		q.Timeout = options.duration("timeout", maxWaiting)
	}
	return q
}

// options is the table in argument n with the fields that all questions have, and others.
func (c call) options(n int, others ...string) record {
	tb := c.table(n)
	if tb == nil {
		return record{args: c.arguments}
	}
	return c.record("options", tb, append([]string{"retry", "timeout", "id"}, others...)...)
}

func (r record) has(name string) bool { return r.table != nil && r.get(name) != lua.LNil }

func talkAsk(c call) int {
	k := c.askable()
	r := c.options(3, append([]string{"min", "max"}, askKinds...)...)
	kind := ""
	for _, name := range askKinds {
		if !r.has(name) || r.get(name) == lua.LFalse {
			continue
		}
		if kind != "" {
			r.fail("has %s and %s; want one of them", kind, name)
		}
		kind = name
	}
	q := c.newQuestion(cmp.Or(kind, askText), r)
	c.bounds(q, r)
	switch {
	case q.Kind == askOneOf:
		q.Words = r.words(askOneOf, maxChoices)
		if len(q.Words) == 0 {
			r.fail("one_of is an empty list; want the words that fit")
		}
	case q.Kind == askMedia && r.get(askMedia).Type() == lua.LTString:
		if q.Media = r.text(askMedia); !slices.Contains(mediaTypes, q.Media) {
			r.fail("media is %s; want true, or one of image, voice, video, shortvideo, file", quote(q.Media))
		}
	case kind != "" && r.get(kind) != lua.LTrue:
		r.fail("%s is %s; want true", kind, describe(r.get(kind)))
	}
	return c.put(k, q)
}

// bounds reads min and max: of a number, or of the characters of a text.
func (c call) bounds(q *Question, r record) {
	bounded := q.Kind == askNumber || q.Kind == askInteger || q.Kind == askText
	for name, bound := range map[string]*float64{"min": &q.Min, "max": &q.Max} {
		if !r.has(name) {
			continue
		}
		n, ok := r.get(name).(lua.LNumber)
		if !ok || !isFinite(n) {
			r.fail("%s is %s; want a number", name, describe(r.get(name)))
		}
		if !bounded {
			r.fail("%s stands beside %s; it is for numbers, and for texts, whose characters it counts", name, q.Kind)
		}
		*bound = float64(n)
	}
	if q.Min > q.Max {
		r.fail("min is greater than max: nothing would fit")
	}
}

func talkConfirm(c call) int {
	k := c.askable()
	return c.put(k, c.newQuestion(askYesNo, c.options(3)))
}

func talkChoose(c call) int {
	k := c.askable()
	q := c.newQuestion(askChoose, c.options(4))
	tb := c.open(c.arg(3).(*lua.LTable))
	n := tb.Len()
	if n == 0 || n > maxChoices {
		c.failArg(3, "has "+plural(n, "item"), fmt.Sprintf("1 to %d choices", maxChoices))
	}
	for i := 1; i <= n; i++ {
		key, label := c.choice(i, tb.RawGetInt(i))
		if slices.Contains(q.Keys, key) {
			c.fail("%s: the key %s stands there twice", c.argument(3), quote(key))
		}
		q.Keys, q.Words = append(q.Keys, key), append(q.Words, label)
	}
	return c.put(k, q)
}

// choice reads a choice: a word, or {key =, label =}.
func (c call) choice(i int, v lua.LValue) (key, label string) {
	at := fmt.Sprintf("choice %d", i)
	switch v := v.(type) {
	case lua.LString:
		key, label = string(v), string(v)
		c.readText(at, label)
	case *lua.LTable:
		r := c.record(at, v, "key", "label")
		key, label = r.required("key"), r.required("label")
	default:
		c.fail("%s is %s; want a string or {key = …, label = …}", at, describe(v))
	}
	if fold(label) == "" || len(label) > maxChoice || len(key) > maxChoice {
		c.fail("%s: want a label and a key of 1 to %d bytes", at, maxChoice)
	}
	return key, label
}

func talkWaitEvent(c call) int {
	k := c.askable()
	q := &Question{Kind: waitEvent, Build: c.state.p.build.ID, Min: math.Inf(-1), Max: math.Inf(1)}
	q.File, _ = c.turn.Where(c.L)
	q.Words = c.keys(c.arg(2))
	if len(q.Words) > maxCancelWords {
		c.failArg(2, "has "+plural(len(q.Words), "item"), fmt.Sprintf("at most %d", maxCancelWords))
	}
	for _, name := range q.Words {
		if len(name) > maxFlowName {
			c.failArg(2, "has a name of "+plural(len(name), "byte"), fmt.Sprintf("at most %d", maxFlowName))
		}
		c.checkEventName(2, name)
	}
	q.Text = fmt.Sprint(q.Words)
	c.waitTimeout(q)
	return c.put(k, q)
}

func talkWaitSignal(c call) int {
	k := c.askable()
	q := &Question{Kind: waitSignal, Text: c.text(2), Build: c.state.p.build.ID, Min: math.Inf(-1), Max: math.Inf(1)}
	q.File, _ = c.turn.Where(c.L)
	if q.Text == "" || len(q.Text) > maxFlowName {
		c.failArg(2, "is "+quote(q.Text), fmt.Sprintf("a name of 1 to %d bytes", maxFlowName))
	}
	c.waitTimeout(q)
	return c.put(k, q)
}

func (c call) waitTimeout(q *Question) {
	if tb := c.table(3); tb != nil {
		r := c.record("options", tb, "timeout", "id")
		q.ID = r.bytes("id")
		if r.has("timeout") {
			q.Timeout = r.duration("timeout", maxWaiting)
		}
	}
}

// put asks a question, or answers it from the journal.
func (c call) put(k *talk, q *Question) int {
	e := c.find(k, q)
	switch {
	case e == nil:
		return c.askAnew(k, q)
	case e.answer != nil:
		e.used = true
		return c.answered(k, q, e.answer)
	}
	e.used = true
	k.replaying, k.held = false, nil
	if k.wake == WakeCheck {
		c.stopTalk(TalkReached)
	}
	wake := k.wake
	k.wake = WakeResume
	switch wake {
	case WakeMessage:
		return c.takeMessage(k, q, e)
	case WakeTimeout:
		return c.settle(k, q, e, &given{how: "timeout"})
	}
	if q.Kind == waitSignal {
		return c.takeSignal(k, q, e)
	}
	if !e.told && q.OfFan() {
		k.out = append(k.out, wechat.Reply{Type: "text", Content: c.state.disarm(q.shown())})
	}
	return c.wait(k, q, false)
}

// takeMessage looks whether the fan's message, or the event, is an answer.
func (c call) takeMessage(k *talk, q *Question, e *entry) int {
	m := c.state.in.Message
	g := &given{how: "message", message: m.Encode()}
	if q.Kind == waitEvent {
		return c.settle(k, q, e, g)
	}
	value, fits := q.Accept(m)
	if fits {
		g.value = value
		return c.settle(k, q, e, g)
	}
	k.misses++
	f := &c.state.index.flows[k.flow]
	if k.misses >= maxMisses {
		k.noteLine("the fan's answer to %s did not fit %d times", quietly(q.Text), k.misses)
		if f.missed != "" {
			k.out = append(k.out, wechat.Reply{Type: "text", Content: f.missed})
		}
		c.stopTalk(TalkMissed)
	}
	k.out = append(k.out, wechat.Reply{Type: "text", Content: c.state.disarm(q.hint())})
	return c.wait(k, q, false)
}

// settle notes an answer and gives it to the script.
func (c call) settle(k *talk, q *Question, e *entry, g *given) int {
	k.misses = 0
	var said any
	if g.message != nil {
		said = g.message
	}
	k.journal.note(recordAnswer, number(e.no), g.how, g.value, said)
	return c.answered(k, q, g)
}

// wait leaves the script until something comes. It does not return.
func (c call) wait(k *talk, q *Question, asked bool) int {
	k.question, k.asked = q, asked
	c.stopTalk(TalkWaits)
	return 0
}

// askAnew asks what the journal does not know.
func (c call) askAnew(k *talk, q *Question) int {
	if k.replaying {
		was := k.waiting.question
		if k.strict {
			k.why = fmt.Sprintf("the script asks %s where the fan was asked %s", quietly(q.Text), quietly(was.Text)) + k.unasked()
			c.stopTalk(TalkDiffers)
		}
		k.noteLine("asked anew at %s: the scripts do not come to %s, which the fan was asked before%s", quietly(q.Text), quietly(was.Text), k.unasked())
		k.replaying = false
	}
	c.state.sayHeld(k)
	if why := k.journal.full(); why != "" {
		c.fail("%s", why)
	}
	k.journal.note(recordQuestion, q.pack())
	e := k.journal.entries[len(k.journal.entries)-1]
	e.used = true
	if q.Kind == waitSignal {
		return c.takeSignal(k, q, e)
	}
	if q.OfFan() {
		k.out = append(k.out, wechat.Reply{Type: "text", Content: c.state.disarm(q.shown())})
	}
	k.misses = 0
	return c.wait(k, q, true)
}

// takeSignal takes a signal that is kept already, or waits for one.
func (c call) takeSignal(k *talk, q *Question, e *entry) int {
	v := c.remember(acts, fmt.Sprintf("%s %d", q.Text, e.no), func(ctx context.Context, m Memory) (any, error) {
		data, found, err := m.TakeSignal(ctx, q.Text)
		if err != nil || !found {
			return map[string]any{"none": true}, err
		}
		return string(data), nil
	})
	text, found := v.(string)
	if !found {
		return c.wait(k, q, e == k.journal.entries[len(k.journal.entries)-1] && !e.told)
	}
	return c.settle(k, q, e, &given{how: "signal", value: text})
}

// answered gives an answer to the script.
func (c call) answered(k *talk, q *Question, g *given) int {
	if g.how == "timeout" {
		c.L.Push(lua.LNil)
		c.L.Push(lua.LString("timeout"))
		return 2
	}
	if g.message != nil {
		if m, err := wechat.DecodeMessage(g.message); err == nil {
			k.message, k.shown = m, nil
		}
	}
	switch q.Kind {
	case askAny, waitEvent:
		return c.push(c.state.talkMessage(c.turn))
	case waitSignal:
		text, _ := g.value.(string)
		return c.pushJSON(text)
	case askChoose:
		key, _ := g.value.(string)
		c.L.Push(lua.LString(key))
		c.L.Push(lua.LNumber(slices.Index(q.Keys, key) + 1))
		return 2
	}
	return c.push(c.toLua(g.value))
}

// find is the entry of a question: by the author's id, by its kind and words, or, where only the words have changed since,
// by that. Never by its place alone: another question would get its answer.
func (c call) find(k *talk, q *Question) *entry {
	for _, same := range []func(*Question) bool{
		func(was *Question) bool { return q.ID != "" && was.ID == q.ID },
		func(was *Question) bool { return (q.ID == "" || was.ID == "") && was.Text == q.Text },
		func(was *Question) bool { return q.ID == "" && was.ID == "" && c.reworded(k, was, q) },
	} {
		for _, e := range k.journal.entries {
			if e.question == nil || e.used || e.answer == nil && e != k.waiting || e.question.Kind != q.Kind || !same(e.question) {
				continue
			}
			if g := e.answer; g != nil && g.how == "message" && !q.holds(g.value) {
				e.used = true
				k.noteLine("the answer %s to %s does not fit any more", quietly(fmt.Sprint(g.value)), quietly(q.Text))
				return nil
			}
			return e
		}
	}
	return nil
}

// reworded reports whether a question is one of before in other words: both are constants of the file that asks, and
// this one constant alone has changed in it.
func (c call) reworded(k *talk, was, q *Question) bool {
	if !q.OfFan() || was.File == "" || was.File != q.File || was.Build == q.Build || k.conv == nil || k.conv.Source == nil {
		return false
	}
	old, now := k.conv.Source(was.Build, was.File), c.turn.Build().Source(q.File)
	if old == nil || now == nil {
		return false
	}
	c.turn.Steps(c.L, (len(old)+len(now))/16)
	return engine.Reworded(old, now, was.Text, q.Text)
}
