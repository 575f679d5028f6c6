package bindings

import (
	"context"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/llm"
	"moonwire/wechat"
)

// modelReply is what llm.reply makes: an answer that is asked for when it is given. It belongs to one turn.
type modelReply struct {
	system        string
	pairs         int // of the history
	forget        []string
	texts         map[string]string // what the fan is told: busy, failed, spent, forgotten, ended
	question      question          // model, tools, max_tokens, temperature, timeout
	before, after *lua.LFunction    // nil: none
}

// Holds is for the weighing of a turn.
func (m *modelReply) Holds(visit func(lua.LValue)) (bytes int) {
	for _, fn := range []*lua.LFunction{m.before, m.after} {
		if fn != nil {
			visit(fn)
		}
	}
	for i := range m.question.tools {
		visit(m.question.tools[i].run)
		bytes += 400
	}
	return bytes + len(m.system)
}

// modelTexts are what a fan is told where a script says nothing.
var modelTexts = map[string]string{
	"busy":      "还在回答您的上一个问题，请稍等",
	"failed":    "抱歉，暂时没能回答，请稍后再试",
	"spent":     "今天的提问次数已用完，请明天再来",
	"forgotten": "好的，我们重新开始",
	"ended":     "就这些，没有更多了",
}

// Bounds of llm.reply.
const (
	standardPairs = 8
	mostPairs     = 50
	maxSystem     = 32 << 10 // bytes
	maxAsk        = 8 << 10  // bytes of a fan's message that are asked
)

func llmReply(c call) int {
	r := c.record("", c.table(1), "system", "history", "forget", "busy", "failed", "spent", "forgotten", "ended", "tools", "model", "max_tokens", "temperature", "timeout", "before", "after")
	m := &modelReply{system: r.text("system"), pairs: standardPairs, texts: map[string]string{}, question: question{tools: c.tools(r.get("tools"))}}
	if len(m.system) > maxSystem {
		r.fail("system has %d bytes; want at most %d", len(m.system), maxSystem)
	}
	if r.get("history") != lua.LNil {
		if m.pairs = int(r.integer("history")); m.pairs < 0 || m.pairs > mostPairs {
			r.fail("history is %d; want 0 to %d questions", m.pairs, mostPairs)
		}
	}
	m.forget = c.forgetWords(r)
	for name, standard := range modelTexts {
		m.texts[name] = standard
		if r.get(name) != lua.LNil {
			m.texts[name] = r.text(name)
		}
		if len(m.texts[name]) > wechat.TextLimit {
			r.fail("%s has %d bytes; WeChat takes %d", name, len(m.texts[name]), wechat.TextLimit)
		}
	}
	m.before, m.after = r.function("before"), r.function("after")
	c.modelOptions(r, &m.question)
	return c.wrap(&answer{reply: wechat.Reply{Type: "text"}, model: m, size: len(m.system)})
}

// function is a field that is a function, nil when it is missing.
func (r record) function(name string) *lua.LFunction {
	v := r.get(name)
	if v == lua.LNil {
		return nil
	}
	fn, ok := v.(*lua.LFunction)
	if !ok {
		r.fail("%s is %s; want a function", name, describe(v))
	}
	return fn
}

func (c call) forgetWords(r record) []string {
	switch v := r.get("forget").(type) {
	case *lua.LNilType:
		return []string{"清空"}
	case lua.LString:
		return []string{string(v)}
	case *lua.LTable:
		tb := c.open(v)
		words := make([]string, 0, tb.Len())
		for i := 1; i <= tb.Len() && i <= 20; i++ {
			word, ok := tb.RawGetInt(i).(lua.LString)
			if !ok {
				r.fail("forget: item %d is %s; want a string", i, describe(tb.RawGetInt(i)))
			}
			words = append(words, string(word))
		}
		return words
	}
	r.fail("forget is %s; want a word or a list of words", describe(r.get("forget")))
	return nil
}

// modelFunction is the name under which an llm.reply asks.
var modelFunction = Function{Name: "llm.reply", Forms: params()}

// wordless reports whether a value is to be asked of a model for a push without words: then the next rule is tried.
func (s *state) wordless(v lua.LValue) bool {
	a := answerOf(v)
	return a != nil && a.model != nil && s.words() == ""
}

// words are what the fan said, in writing or as WeChat understood a voice message.
func (s *state) words() string {
	m := s.in.Message
	switch {
	case m == nil || m.IsEvent():
		return ""
	case m.MsgType == "voice":
		return strings.TrimSpace(m.Value("Recognition"))
	}
	return strings.TrimSpace(m.Content)
}

// askForReply makes the answer of an llm.reply.
func (s *state) askForReply(t *engine.Turn, m *modelReply, r *rule) (*answer, error) {
	var a *answer
	err := s.inside(t, func(L *lua.LState) { a = callOf(L, t, &modelFunction).reply(m) })
	return a, r.blame(err)
}

// reply asks, within what the fan and the model said to each other before.
func (c call) reply(m *modelReply) *answer {
	said := c.state.words()
	for _, word := range m.forget {
		if fold(word) == fold(said) {
			c.keepHistory(nil)
			return textAnswer(m.texts["forgotten"])
		}
	}
	if v := c.hook(m.before, said); lua.LVAsBool(v) {
		return c.hookAnswer("before", v)
	}
	if wait := c.state.in.Asking; wait != nil {
		wait(m.texts["busy"])
	}
	pairs := c.history(m.pairs)
	q := m.question
	b := c.cut(m, &q)
	q.Messages = m.messages(pairs, cutText(said, maxAsk))
	answered, refused := c.converse(&q)
	switch {
	case refused != nil && refused["kind"] == string(llm.Budget):
		return textAnswer(m.texts["spent"])
	case refused != nil:
		return textAnswer(m.texts["failed"])
	}
	text := answered["text"].(string)
	shown := c.masked(llm.Plain(text))
	keep := func(ctx context.Context, answered string) error {
		if m.pairs == 0 {
			return nil
		}
		return c.state.in.Memory.KeepHistory(ctx, packHistory(append(pairs, historyPair{cutText(said, maxAsk), answered})))
	}
	if coming := c.state.coming; coming != nil && shown != "" {
		c.state.out.Following = &Following{Coming: coming, asked: c.askedFor(q.Model), begun: begun{source: text, given: shown}, keep: keep, conceal: c.state.conceal}
	} else if m.pairs > 0 {
		c.keepHistory(append(pairs, historyPair{cutText(said, maxAsk), text}))
	}
	if v := c.hook(m.after, shown); lua.LVAsBool(v) {
		return c.hookAnswer("after", v)
	}
	if b.given != "" {
		shown = c.masked(b.rest(text))
	}
	if shown == "" {
		return m.nothing(b, answered["partial"] == true, c.state.in.Follows)
	}
	c.state.out.FromModel = true
	shown += c.modelMark()
	c.turn.Bytes(c.L, len(shown))
	return textAnswer(shown)
}

// askedFor tells of a question whose answer is coming.
func (c call) askedFor(model string) func(a *llm.Answer, err error) Asked {
	s := c.state
	return func(a *llm.Answer, err error) Asked { return s.asked(s.p.config.Model, model, a, err) }
}

// cut says when the beginning of the answer goes out before the rest, and gives what of it the fan has then. What the
// function after is to see, it sees whole.
func (c call) cut(m *modelReply, q *question) *begun {
	in, b := c.state.in, &begun{}
	if m.after != nil {
		return b
	}
	switch {
	case in.Follows && len(q.tools) == 0: // with tools the answer is whole only when no more are asked for
		q.cut.Closing = in.Closing
		return b
	case in.Speak == nil:
		return b
	}
	q.cut.Closing = in.Closing
	q.cut.Say = func(sentences string) bool {
		shown := wechat.Clean(c.state.conceal(llm.Plain(sentences)))
		given := in.Speak(shown, c.modelMark())
		if given == "" {
			return false
		}
		*b = begun{source: sentences, given: given, left: shown[len(given):]}
		q.cut = Cut{}
		return true
	}
	return b
}

// nothing is the answer where the model has said nothing, or nothing more than what the fan has: who was promised more
// is told so.
func (m *modelReply) nothing(b *begun, partial, follows bool) *answer {
	switch {
	case b.given == "" || partial && !follows:
		return textAnswer(m.texts["failed"])
	case follows:
		return textAnswer("")
	}
	return textAnswer(m.texts["ended"])
}

// modelMark is what must stand under an answer of the model.
func (c call) modelMark() string {
	if model := c.state.p.config.Model; model != nil && model.Label() {
		return modelLabel
	}
	return ""
}

// modelLabel stands below an answer that an AI wrote, where account.yaml says so.
const modelLabel = "\n\n（内容由 AI 生成）"

func textAnswer(text string) *answer {
	if text == "" {
		return &answer{reply: wechat.Reply{Type: "none"}}
	}
	return &answer{reply: wechat.Reply{Type: "text", Content: text}}
}

// messages are the question with what came before it.
func (m *modelReply) messages(pairs []historyPair, said string) []llm.Message {
	var all []llm.Message
	if m.system != "" {
		all = append(all, llm.Message{Role: llm.System, Content: m.system})
	}
	for _, p := range pairs {
		all = append(all, llm.Message{Role: llm.User, Content: p.Asked}, llm.Message{Role: llm.Assistant, Content: p.Answered})
	}
	return append(all, llm.Message{Role: llm.User, Content: said})
}

// hook calls before or after, if there is one, with msg and a text.
func (c call) hook(fn *lua.LFunction, text string) lua.LValue {
	if fn == nil {
		return lua.LNil
	}
	top := c.L.GetTop()
	defer c.L.SetTop(top)
	c.L.Push(fn)
	c.L.Push(msgTable)
	c.turn.Bytes(c.L, len(text))
	c.L.Push(lua.LString(text))
	c.L.Call(2, 1)
	return c.L.Get(-1)
}

// hookAnswer is what before or after answers with.
func (c call) hookAnswer(name string, v lua.LValue) *answer {
	if text, ok := v.(lua.LString); ok {
		return textAnswer(string(text))
	}
	a := answerOf(v)
	if a == nil || a.model != nil || a.picks != nil {
		c.fail("%s gave %s; want a string, a reply.* value, or nil", name, describe(v))
	}
	return a
}
