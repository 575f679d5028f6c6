package bindings

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/llm"
	"moonwire/wechat"
)

// answer is what a reply.* function makes. A script holds it as a value it cannot look into; it never
// changes once made.
type answer struct {
	reply wechat.Reply
	picks []*answer   // reply.pick: one of these, chosen when the answer is taken
	model *modelReply // llm.reply: asked for when the answer is taken
	size  int         // bytes of text in it
	by    string      // "reply.news"
	file  string      // where it was made
	line  int
}

// Holds is for the weighing of a turn. The answers of a choice are counted with each that holds them.
func (a *answer) Holds(visit func(lua.LValue)) (bytes int) {
	bytes = 400 + a.size
	if a.model != nil {
		bytes += a.model.Holds(visit)
	}
	for _, one := range a.picks {
		bytes += 400 + one.size
	}
	return bytes
}

// answerOf is the answer that a Lua value holds, nil for any other value.
func answerOf(v lua.LValue) *answer {
	u, ok := v.(*lua.LUserData)
	if !ok {
		return nil
	}
	a, _ := u.Value.(*answer)
	return a
}

// pushAnswer hands an answer to the script.
func (c call) pushAnswer(r wechat.Reply) int {
	c.checkPlaces(replyPlaces(&r))
	return c.wrap(&answer{reply: r})
}

func (c call) wrap(a *answer) int {
	a.by = c.fn.Name
	a.file, a.line = c.turn.Where(c.L)
	a.size += textSize(&a.reply)
	c.turn.Bytes(c.L, a.size)
	u := c.L.NewUserData()
	u.Value = a
	return c.push(u)
}

// textSize is how many bytes of text an answer has.
func textSize(r *wechat.Reply) int {
	size := len(r.Content) + len(r.Title) + len(r.Description) + len(r.MusicURL) + len(r.HQMusicURL)
	for i := range r.Articles {
		t := &r.Articles[i]
		size += len(t.Title) + len(t.Description) + len(t.PicURL) + len(t.URL)
	}
	return size
}

// takeAnswer turns the value that a rule answered with into the passive reply and what follows it.
func (s *state) takeAnswer(t *engine.Turn, v lua.LValue, r *rule) error {
	if n, is := flowOf(v); is {
		return s.beginTalk(t, n, s.caught, r)
	}
	reply, err := s.readyReply(t, v, r)
	if reply != nil {
		s.out.Reply = reply
	}
	return err
}

// tornAnswer gives the error of a torn answer the line of the cut, where that is known.
func tornAnswer(cut engine.Tear, text string, err *engine.ScriptError) error {
	if cut.Piece != "" && strings.Contains(text, cut.Piece) {
		err.File, err.Line = cut.File, cut.Line
	}
	return err
}

// answerHint is how an author may make an answer of a value that is none.
func answerHint(v lua.LValue) string {
	switch v.Type() {
	case lua.LTNumber, lua.LTBool:
		return "write return tostring(…), or return nil where another rule may answer"
	case lua.LTTable:
		return "reply.news{…} makes an answer of articles, reply.text(table.concat(…)) one of a list"
	case lua.LTFunction:
		return "call the function: return f(…)"
	}
	return ""
}

// pickFunction is the name under which a choice of reply.pick is made.
var pickFunction = Function{Name: "reply.pick", Forms: params()}

// checkReply makes sure that WeChat will take a reply; nil when nothing is to be sent.
func (s *state) checkReply(t *engine.Turn, reply wechat.Reply, r *rule, a *answer) (*wechat.Reply, error) {
	m := s.in.Message
	switch {
	case reply.Type == "none":
		return nil, nil
	case len(s.secrets) > 0 && s.tells(fmt.Sprintf("%+v", reply)):
		return nil, r.error("the answer holds the account's access_token, which no fan must see")
	case reply.Type == "text" && reply.Content == "":
		s.warn("%s answered with an empty text; nothing was sent", r.label)
		return nil, nil
	case s.talk == nil && !m.Repliable():
		s.warn("the answer of %s was not sent: nobody sees an answer to %s", r.label, pushName(m))
		return nil, nil
	}
	s.shortenModel(&reply)
	if size, limit := int64(textSize(&reply)), s.p.build.Limits.Answer; limit > 0 && size > limit {
		return nil, r.blame(engine.OverLimit("answer", size, limit))
	}
	if reply.Type == "text" { // of any length: a long one goes out in parts
		reply.Content = s.disarm(reply.Content)
		return &reply, nil
	}
	reply.Articles = slices.Clone(reply.Articles) // those of the answer are for other turns too
	if n := reply.Surplus(m); n > 0 {
		s.warn("%s: %d of %d articles are not shown: WeChat shows one alone in answer to a message", r.label, n, len(reply.Articles))
	}
	if err := checkPlaced(func() error { return reply.Check(m) }, replyPlaces(&reply)); err != nil {
		return nil, misfit(err, r, a)
	}
	if err := s.placeReply(t, &reply, r, a); err != nil {
		return nil, err
	}
	return &reply, nil
}

// shortenModel cuts a text that a language model had a part in to what an answer may have: how much a model says is
// nothing that a script has done.
func (s *state) shortenModel(reply *wechat.Reply) {
	limit := s.p.build.Limits.Answer
	if reply.Type != "text" || limit <= 0 || int64(len(reply.Content)) <= limit || len(s.out.Asked) == 0 && s.out.Following == nil {
		return
	}
	s.warn("the answer has %d bytes, and a language model had a part in it; the first %d are shown (limits: answer)", len(reply.Content), limit)
	if reply.Content = llm.Within(reply.Content, int(limit)); reply.Content == "" {
		reply.Content = modelTexts["failed"]
	}
}

// misfit says which field of an answer WeChat has no room for, at the line that made it.
func misfit(err error, r *rule, a *answer) error {
	var f *wechat.FieldError
	if !errors.As(err, &f) {
		return r.error("%s", err)
	}
	if a == nil || a.file == "" {
		return r.error("%s", f.Error())
	}
	return &engine.ScriptError{File: a.file, Line: a.line, Msg: a.by + ": " + f.Error()}
}

func (s *state) warn(format string, args ...any) {
	s.out.Warnings = append(s.out.Warnings, s.conceal(fmt.Sprintf(format, args...)))
}

// pushName is what a push is called in a sentence.
func pushName(m *wechat.Message) string {
	if m.IsEvent() {
		return "the event " + m.Event
	}
	return "a message of type " + m.MsgType
}
