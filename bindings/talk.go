package bindings

import (
	"context"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// Wake is why a conversation goes on.
type Wake uint8

// The reasons. With WakeResume nothing new has happened: its last run was cut short, or somebody asks for it.
const (
	WakeMessage Wake = iota // the push of the turn
	WakeTimeout             // the question has waited long enough
	WakeSignal              // a signal is there
	WakeExpire              // the flow as a whole has lasted long enough
	WakeResume
	WakeCheck // nothing happens: only whether the scripts still come to the question is tried
)

// Conversation is what a fan has under way, as it was kept.
type Conversation struct {
	ID, Flow string
	Build    string // that wrote the last entry
	Misses   int    // messages in a row that did not fit
	Failed   bool   // its last run raised: the fan's pushes go to the rules
	Cancel   []string
	Pieces   [][]byte // the journal
	Wake     Wake

	// Lenient asks anew what the journal does not know, where otherwise the turn ends as Differs, with nothing done.
	Lenient bool
	// Source is a file of a kept build; nil when there is none. For questions that were reworded.
	Source func(build, file string) []byte
}

// TalkState says what became of a conversation in a turn.
type TalkState string

// The states.
const (
	TalkUntouched TalkState = ""        // the push was none for it
	TalkWaits     TalkState = "waits"   // for an answer, an event or a signal
	TalkEnded     TalkState = "ended"   // the flow came to its end
	TalkCancelled TalkState = "cancel"  // the fan left it, with a word or the account
	TalkMissed    TalkState = "missed"  // the fan was not understood three times
	TalkExpired   TalkState = "expired" // it lasted too long
	TalkFailed    TalkState = "failed"  // its script raised
	TalkDiffers   TalkState = "differs" // these scripts do not come to the question that the fan was asked
	TalkGone      TalkState = "gone"    // these scripts have no such flow
	TalkReached   TalkState = "reached" // WakeCheck: they do come to it
	TalkUnsure    TalkState = "unsure"  // WakeCheck: nobody can tell without acting
)

// Progress is what became of a conversation in a turn.
type Progress struct {
	ID, Flow string
	State    TalkState
	Fresh    bool      // it began in this turn: another of the fan ends
	Entries  []byte    // of the journal that are not kept yet
	Question *Question // that it waits for
	Asked    bool      // in this turn, and not before
	Misses   int
	Cancel   []string
	Life     time.Duration // of the flow, for one that is fresh
	Why      string        // of TalkFailed, TalkDiffers and TalkGone, for the author
	Notes    []string      // for the trace

	Message *wechat.Message // of the fan that it has answered last; nil when there was none
}

// talk is a conversation while it runs in a turn.
type talk struct {
	id        string
	flow      int
	journal   *Journal
	conv      *Conversation // nil: it began in this turn
	wake      Wake
	strict    bool   // what the journal does not know ends the run
	replaying bool   // the question that waits is still to come
	waiting   *entry // that question
	final     bool   // on_timeout runs: nothing can be asked any more

	message *wechat.Message // just answered
	shown   *lua.LTable     // c.msg, once somebody looks

	out  []wechat.Reply // what the fan is told
	held []heldReply    // what would have been said before the question that waits

	state    TalkState // why the run stopped; "" = it did not stop itself
	question *Question
	asked    bool
	misses   int
	why      string
	notes    []string
	next     *becoming
	last     lua.LValue // words of c:stop
}

type heldReply struct {
	key   string
	reply *wechat.Reply
}

// becoming is what a conversation goes over to.
type becoming struct {
	flow int
	args []any
}

// PackDetail is the question and the cancel words as bytes, for whoever must know what fits without running a script.
func (p *Progress) PackDetail() []byte {
	detail := map[string]any{"cancel": plainList(p.Cancel)}
	if p.Question != nil {
		detail["question"] = p.Question.pack()
	}
	return appendPlain(nil, detail)
}

// ReadDetail reads what PackDetail wrote; the question is nil when there is none.
func ReadDetail(b []byte) (q *Question, cancel []string) {
	v, _, err := readPlain(b)
	detail, ok := v.(map[string]any)
	if err != nil || !ok {
		return nil, nil
	}
	if fields, asks := detail["question"].(map[string]any); asks {
		q = unpackQuestion(fields)
	}
	return q, textList(detail["cancel"])
}

func (k *talk) holds(visit func(lua.LValue)) (bytes int) {
	if k.shown != nil {
		visit(k.shown)
	}
	for i := range k.out {
		bytes += 400 + textSize(&k.out[i])
	}
	return bytes + k.journal.size
}

func (k *talk) noteLine(format string, args ...any) {
	k.notes = append(k.notes, fmt.Sprintf(format, args...))
}

// run stops here for good: nothing in Lua can catch it. It does not return.
func (c call) stopTalk(state TalkState) {
	c.state.talk.state = state
	c.turn.Suspend(c.L)
}

// errNoFan is for flows of turns that no fan has.
const errNoFan = "a flow talks with a fan, and this turn has none; use order:start(openid)"

// beginTalk starts the flow that a rule answered with.
func (s *state) beginTalk(t *engine.Turn, n int, args []lua.LValue, r *rule) error {
	if s.openID() == "" {
		return r.error(errNoFan)
	}
	words := make([]any, len(args))
	for i, v := range args {
		if text, ok := v.(lua.LString); ok {
			words[i] = string(text)
		}
	}
	k := s.freshTalk(n, words)
	return s.carryOn(t, k)
}

func (s *state) freshTalk(n int, args []any) *talk {
	k := &talk{id: s.newConversationID(), flow: n, message: s.in.Message, wake: WakeMessage}
	k.journal = s.newJournal(nil)
	var said any
	if s.in.Message != nil {
		said = s.in.Message.Encode()
	}
	k.journal.note(recordBegin, s.index.flows[n].name, listOf(args), said)
	return k
}

func (s *state) newJournal(pieces [][]byte) *Journal {
	j, _ := ReadJournal(pieces, ConversationJournal, s.in.Keeper) // of nothing it cannot fail
	return j
}

// converse lets the conversation of the fan have the push; taken is false when it is one for the rules.
func (s *state) converse(t *engine.Turn) (taken bool, err error) {
	conv, m := s.in.Conversation, s.in.Message
	if conv == nil {
		return false, nil
	}
	if m.IsEventNamed("unsubscribe") {
		s.endTalk(conv, TalkCancelled, "the fan left the account")
		return false, nil
	}
	if conv.Failed {
		return false, nil
	}
	j, err := ReadJournal(conv.Pieces, ConversationJournal, s.in.Keeper)
	if err != nil {
		s.endTalk(conv, TalkFailed, err.Error())
		return false, nil
	}
	if cancels(s.cancelWords(conv), m) {
		s.endTalk(conv, TalkCancelled, "the fan said "+quietly(m.Content))
		if n := s.index.flow(conv.Flow); n >= 0 {
			s.tellFan(s.index.flows[n].cancelled)
		}
		s.out.Rule, s.out.Handled, s.out.Ran = "flow "+quote(conv.Flow), true, true
		return true, nil
	}
	waiting := j.waiting()
	switch {
	case waiting == nil: // its last run was cut short: the fan is told what that did not come to tell
		conv.Wake = WakeResume
		if m.IsEvent() {
			return false, nil
		}
	case m.IsEvent():
		if !waiting.question.takesEvent(m) {
			return false, nil
		}
	case !waiting.question.OfFan():
		return false, nil
	}
	return s.resumeTalk(t, j)
}

// cancelWords are those that the fan was told, and those of the scripts as they are now.
func (s *state) cancelWords(conv *Conversation) []string {
	if n := s.index.flow(conv.Flow); n >= 0 {
		return s.index.flows[n].cancel
	}
	return conv.Cancel
}

func (s *state) endTalk(conv *Conversation, state TalkState, why string) {
	s.out.Conversation = &Progress{ID: conv.ID, Flow: conv.Flow, State: state, Why: why}
}

// tellFan says something that no script wrote.
func (s *state) tellFan(text string) {
	if text != "" {
		s.out.Reply = &wechat.Reply{Type: "text", Content: text}
	}
}

// resumeTalk runs the flow of a conversation from its start, and answers it from the journal as far as that goes.
func (s *state) resumeTalk(t *engine.Turn, j *Journal) (taken bool, err error) {
	conv := s.in.Conversation
	n := s.index.flow(conv.Flow)
	if n < 0 {
		s.endTalk(conv, TalkGone, "the scripts have no flow "+quote(conv.Flow)+" any more")
		return true, nil
	}
	k := &talk{
		id: conv.ID, flow: n, journal: j, conv: conv, wake: conv.Wake, strict: !conv.Lenient,
		waiting: j.waiting(), misses: conv.Misses,
	}
	k.replaying = k.waiting != nil
	if j.begun != nil && j.begun.message != nil {
		k.message, _ = wechat.DecodeMessage(j.begun.message)
	}
	if k.wake == WakeExpire {
		return true, s.expire(t, k)
	}
	return true, s.carryOn(t, k)
}

// Converse lets a conversation go on that nobody's push is for. The error is as that of Answer.
func (p *Program) Converse(ctx context.Context, in Input) (Outcome, error) {
	return p.do(ctx, in, func(s *state, t *engine.Turn) error {
		if err := s.declared(); err != nil {
			return err
		}
		j, err := ReadJournal(in.Conversation.Pieces, ConversationJournal, in.Keeper)
		if err != nil {
			s.endTalk(in.Conversation, TalkFailed, err.Error())
			return nil
		}
		_, err = s.resumeTalk(t, j)
		return err
	})
}

// waiting is the question that the conversation waits at; nil when its last run was cut short.
func (j *Journal) waiting() *entry {
	for i := len(j.entries) - 1; i >= 0; i-- {
		if e := j.entries[i]; e.question != nil {
			if e.answer == nil {
				return e
			}
			return nil
		}
	}
	return nil
}
