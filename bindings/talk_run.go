package bindings

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// carryOn runs a flow, and what it becomes, until it waits or ends.
func (s *state) carryOn(t *engine.Turn, k *talk) error {
	for {
		f := &s.index.flows[k.flow]
		r := f.rule()
		s.carry(k)
		err := s.runTalk(t, k, s.flows[k.flow].fn, s.argsOf(k))
		if k.next != nil && err == nil {
			next := s.freshTalk(k.next.flow, k.next.args)
			next.out, next.notes, next.wake, next.message = k.out, k.notes, WakeResume, k.message
			k = next
			continue
		}
		s.finishTalk(k, r, err)
		if k.state == TalkFailed {
			return err
		}
		return nil
	}
}

// carry tells the keeper whose journal it is.
func (s *state) carry(k *talk) {
	if s.in.Keeper != nil {
		f := &s.index.flows[k.flow]
		s.in.Keeper.Carry(Carried{ID: k.id, Flow: f.name, Fresh: k.conv == nil, Life: f.timeout})
	}
}

// argsOf are what the flow is called with, behind c.
func (s *state) argsOf(k *talk) []any {
	if b := k.journal.begun; b != nil {
		return b.args
	}
	return nil
}

// expire runs on_timeout of a flow that has lasted too long.
func (s *state) expire(t *engine.Turn, k *talk) error {
	f := &s.index.flows[k.flow]
	k.final, k.replaying, k.journal.part = true, false, 1
	s.carry(k)
	for _, e := range k.journal.entries {
		if e.answer != nil && e.answer.message != nil {
			k.message, _ = wechat.DecodeMessage(e.answer.message)
		}
	}
	if fn := s.flows[k.flow].onTimeout; fn.Type() == lua.LTFunction {
		if err := s.runTalk(t, k, fn, nil); err != nil {
			s.finishTalk(k, f.rule(), err)
			return err
		}
	}
	if k.state == "" || k.state == TalkEnded {
		k.state = TalkExpired
	}
	s.finishTalk(k, f.rule(), nil)
	return nil
}

// runTalk calls a function of the flow. Its last words are said here.
func (s *state) runTalk(t *engine.Turn, k *talk, fn lua.LValue, args []any) error {
	s.talk = k
	k.journal.onNew, k.journal.doubt = s.onNewEffect, s.onDoubt
	k.journal.quiet = func() bool { return k.replaying }
	given := []lua.LValue{talkTable}
	err := s.inside(t, func(L *lua.LState) {
		for _, v := range args {
			given = append(given, callOf(L, t, &sayFunction).toLua(v))
		}
	})
	if err != nil {
		return err
	}
	t.SetJournal(k.journal)
	defer t.SetJournal(nil)
	v, err := t.Call(fn, given...)
	if errors.Is(err, engine.ErrSuspended) {
		if k.state != TalkEnded || k.last == nil {
			return nil
		}
		v, err = k.last, nil
	}
	if err != nil {
		return err
	}
	return s.lastWords(t, k, v)
}

// lastWords are what a flow returns: it ends with them.
func (s *state) lastWords(t *engine.Turn, k *talk, v lua.LValue) error {
	if k.replaying && k.strict {
		k.state, k.why = TalkDiffers, "the flow ends before it comes to the question "+quietly(k.waiting.question.Text)
		return nil
	}
	s.sayHeld(k)
	k.state = TalkEnded
	if !lua.LVAsBool(v) {
		return nil
	}
	reply, err := s.readyReply(t, v, s.index.flows[k.flow].rule())
	if err != nil || reply == nil {
		return err
	}
	k.out = append(k.out, *reply)
	return nil
}

// finishTalk puts what the run came to into the outcome of the turn.
func (s *state) finishTalk(k *talk, r *rule, err error) {
	s.out.Rule, s.out.Handled, s.out.Ran = r.label, true, true
	if err != nil {
		if k.replaying && k.strict {
			k.state, k.why = TalkDiffers, "the flow raises before it comes to the question "+quietly(k.waiting.question.Text)+": "+err.Error()
		} else {
			k.state, k.why = TalkFailed, err.Error()
		}
	}
	f := &s.index.flows[k.flow]
	p := &Progress{
		ID: k.id, Flow: f.name, State: k.state, Fresh: k.conv == nil, Question: k.question, Asked: k.asked, Misses: k.misses,
		Cancel: f.cancel, Life: f.timeout, Why: s.conceal(k.why), Notes: k.notes, Message: k.message,
	}
	for _, note := range k.notes {
		s.warn("%s: %s", r.label, note)
	}
	s.out.Conversation = p
	switch k.state {
	case TalkDiffers, TalkReached, TalkUnsure:
		return // nothing was done
	case TalkFailed:
		p.Entries = k.journal.Pending()
		return
	}
	k.journal.note(recordTurn, s.p.build.ID)
	p.Entries = k.journal.Pending()
	s.speak(k.out)
}

// speak answers with what was said: texts that follow one another are one, the rest follows.
func (s *state) speak(out []wechat.Reply) {
	var all []wechat.Reply
	for _, r := range out {
		if n := len(all); n > 0 && all[n-1].Type == "text" && r.Type == "text" {
			all[n-1].Content += "\n" + r.Content
			continue
		}
		all = append(all, r)
	}
	if len(all) > 0 {
		s.out.Reply, s.out.More = &all[0], all[1:]
	}
}

// onNewEffect decides about an effect that the journal does not know.
func (s *state) onNewEffect(L *lua.LState, e engine.Effect) {
	k := s.talk
	if !k.replaying {
		return
	}
	c := callOf(L, engine.TurnOf(L), &sayFunction)
	switch {
	case k.wake == WakeCheck && e.Kind != engine.KindClock && e.Kind != engine.KindRandom:
		k.why = "it calls " + e.Function + " before the question"
		c.stopTalk(TalkUnsure)
	case k.strict && e.Weight == acts:
		k.why = fmt.Sprintf("it calls %s %s before it comes to the question %s, which it did not do when the fan was asked", e.Function, quietly(e.Label), quietly(k.waiting.question.Text))
		c.stopTalk(TalkDiffers)
	}
}

// onDoubt tells of a call that was cut in its middle.
func (s *state) onDoubt(e engine.Effect) {
	s.talk.noteLine("nobody knows whether %s %s was done: the program ended in its middle; the script was given nil, err", e.Function, quietly(e.Label))
}
