package bindings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// Answer runs the rules over one push. The error is an *engine.ScriptError when the script failed; then
// nothing of Outcome.Reply and Session counts. When Memory failed or refused the claim, the error
// wraps what it said.
func (p *Program) Answer(ctx context.Context, in Input) (Outcome, error) {
	return p.do(ctx, in, (*state).run)
}

// do runs fn in a turn, after the top level.
func (p *Program) do(ctx context.Context, in Input, fn func(*state, *engine.Turn) error) (Outcome, error) {
	s := p.lend(in, fn)
	err := p.engine.Do(ctx, p.build, engine.TurnOptions{Host: s, Now: s.clock, Seed: in.Seed, Job: in.Job, Observe: s.observer(), Outside: in.Outside}, s.main)
	if s.broken != nil {
		err = s.broken
	}
	s.endComing(err)
	if err != nil {
		s.out.Reply, s.out.More, s.out.Session, s.out.SessionChanged = nil, nil, nil, false
		if s.broken != nil {
			s.out.Conversation = nil // it goes on from what is kept
		}
		return s.out, s.concealError(err)
	}
	out := s.out
	p.takeBack(s)
	return out, nil
}

// now is the time of the turn in the account's zone, which os.date shows.
func (s *state) now() time.Time {
	now := s.p.engine.Now
	if s.in.Now != nil {
		now = s.in.Now
	}
	return now().In(s.p.config.Location)
}

// run is the turn after its top level: ask the rules, take the answer, save the session.
func (s *state) run(t *engine.Turn) error {
	if err := s.declared(); err != nil {
		return err
	}
	if s.in.recorded != nil {
		t.SetJournal(s.in.recorded)
	}
	v, r, err := s.ask(t)
	if err != nil {
		return err
	}
	if r != nil {
		if err := s.takeAnswer(t, v, r); err != nil {
			return err
		}
	}
	if err = s.saveSession(t); r != nil {
		return r.blame(err)
	}
	return err
}

// declared makes sure that the top level has declared what it did at the load.
func (s *state) declared() error {
	if len(s.handlers) < len(s.index.rules) {
		missing := &s.index.rules[len(s.handlers)]
		return missing.error("this rule was declared when the script was loaded and is missing now; rules must not depend on time or chance")
	}
	return nil
}

// saveSession keeps the session if somebody has looked at it.
func (s *state) saveSession(t *engine.Turn) error {
	if s.session.table == nil {
		return nil
	}
	var failed error
	err := s.inside(t, func(L *lua.LState) { failed = s.packSession(sessionCall(L, t)) })
	if failed != nil {
		return failed
	}
	return err
}

// Call runs a function that the script keeps as a global, in a turn that nobody pushed. The function is given msg, which
// has openid, account, trace and the fan's session; what it returns counts for nothing. The error is as that of Answer.
func (p *Program) Call(ctx context.Context, in Input, name string) (Outcome, error) {
	in.Message = nil
	return p.do(ctx, in, func(s *state, t *engine.Turn) error { return s.call(t, name) })
}

func (s *state) call(t *engine.Turn, name string) error {
	fn := t.Global(name)
	if fn.Type() != lua.LTFunction {
		return &engine.ScriptError{File: "main.lua", Msg: fmt.Sprintf("there is no global function %s: it is %s", quote(name), describe(fn))}
	}
	s.out.Rule = name
	if _, err := t.Call(fn, msgTable); err != nil {
		return err
	}
	s.out.Ran, s.out.Handled = true, true
	return s.saveSession(t)
}

// ask goes through the rules until one answers; a conversation of the fan comes behind on.before. The rule is nil when none
// did.
func (s *state) ask(t *engine.Turn) (v lua.LValue, r *rule, err error) {
	f, err := s.facts(t)
	if err != nil {
		return nil, nil, err
	}
	for _, st := range [...]phase{phaseBefore, phaseRules, phaseFallback} {
		if st == phaseBefore && s.in.Asked {
			continue
		}
		if v, r, err = s.askPhase(t, &f, st); r != nil || err != nil {
			return v, r, err
		}
		if st == phaseBefore && s.in.Conversation != nil {
			if taken, err := s.converse(t); taken || err != nil {
				return lua.LNil, nil, err
			}
		}
	}
	return lua.LNil, nil, nil
}

// askPhase goes through the rules of one phase.
func (s *state) askPhase(t *engine.Turn, f *facts, st phase) (lua.LValue, *rule, error) {
	for _, n := range s.index.phases[st] {
		if !s.index.fits(n, f) {
			continue
		}
		r := &s.index.rules[n]
		caught, ok, err := s.match(t, r)
		if err != nil {
			s.out.Rule = r.label
			return nil, nil, err
		}
		if !ok {
			continue
		}
		v, err := s.handle(t, r, s.handlers[n], caught)
		s.out.Tried = append(s.out.Tried, Tried{Rule: r.label, Result: outcomeOf(v, err)})
		if err != nil {
			s.out.Rule = r.label
			return nil, nil, err
		}
		if s.wordless(v) {
			continue
		}
		s.out.Ran = s.out.Ran || st != phaseBefore
		if lua.LVAsBool(v) {
			s.out.Rule, s.out.Handled, s.caught = r.label, true, caught
			return v, r, nil
		}
	}
	return lua.LNil, nil, nil
}

// facts is what the index knows of the push; the work is the turn's.
func (s *state) facts(t *engine.Turn) (facts, error) {
	if s.index.costly(s.in.Message) {
		return s.longFacts(t)
	}
	return s.index.facts(s.in.Message, t.Owe), nil
}

// longFacts ends when a limit is reached. That has no line of its own, so it gets that of the first rule with
// keys, or the first.
func (s *state) longFacts(t *engine.Turn) (f facts, err error) {
	err = s.inside(t, func(L *lua.LState) {
		f = s.index.facts(s.in.Message, func(steps int) { t.Steps(L, steps) })
	})
	if rules := s.index.rules; err != nil && len(rules) > 0 {
		keyed := slices.IndexFunc(rules, func(r rule) bool { return r.keys != nil })
		err = rules[max(keyed, 0)].blame(err)
	}
	return f, err
}

// match is what the groups of a rule's pattern caught in the beginning of the text; groups that took no
// part are nil. A rule without a pattern catches nothing and fits.
func (s *state) match(t *engine.Turn, r *rule) (caught []lua.LValue, ok bool, err error) {
	if r.re == nil {
		return nil, true, nil
	}
	text := cutText(s.in.Message.Content, maxMatched)
	err = s.inside(t, func(L *lua.LState) {
		m, err := r.re.Find(t, L, text)
		if ok = err == nil && m != nil; !ok {
			return
		}
		for i := 2; i < len(m); i += 2 {
			v := lua.LValue(lua.LNil)
			if m[i] >= 0 {
				v = lua.LString(text[m[i]:m[i+1]])
			}
			caught = append(caught, v)
		}
	})
	return caught, ok, r.blame(err)
}

// handle is the answer of one handler: its own value when it is a string or a reply, else what it returns.
func (s *state) handle(t *engine.Turn, r *rule, handler lua.LValue, caught []lua.LValue) (lua.LValue, error) {
	if handler.Type() != lua.LTFunction {
		return handler, nil
	}
	args := make([]lua.LValue, 0, 4)
	args = append(args, msgTable)
	v, second, err := t.CallTwo(handler, append(args, caught...)...)
	if err == nil && (second.Type() == lua.LTString || answerOf(second) != nil) {
		s.warnOfSecond(r, v, second)
	}
	return v, err
}

// warnOfSecond says, once per rule and build, that a second answer is lost. What gsub counts and an err are no answers.
func (s *state) warnOfSecond(r *rule, first, second lua.LValue) {
	if answerOf(first) == nil && first.Type() != lua.LTString && first != lua.LNil {
		return
	}
	if _, told := s.p.secondTold.LoadOrStore(r.label, true); !told {
		s.warn("%s returned two values (%s, %s); only the first is an answer. Send the other with send.text(msg.openid, …), or join texts with ..", r.label, outcomeOf(first, nil), outcomeOf(second, nil))
	}
}

func outcomeOf(v lua.LValue, err error) string {
	switch {
	case err != nil:
		return "error"
	case v == lua.LNil:
		return "nil"
	case v == lua.LFalse:
		return "false"
	case v.Type() == lua.LTString:
		return "text"
	}
	if _, is := flowOf(v); is {
		return "flow"
	}
	if a := answerOf(v); a != nil {
		if a.picks != nil {
			return "pick"
		}
		if a.model != nil {
			return "llm"
		}
		return a.reply.Type
	}
	return describe(v)
}

// blame gives an error that happened in no line of the script the rule's line.
func (r *rule) blame(err error) error {
	if err == nil {
		return nil
	}
	var e *engine.ScriptError
	if errors.As(err, &e) && e.File == "" {
		e.File, e.Line = r.file, r.line
	}
	return err
}

// error is an error that the rule's line is to blame for.
func (r *rule) error(format string, args ...any) *engine.ScriptError {
	return &engine.ScriptError{File: r.file, Line: r.line, Msg: r.name + ": " + fmt.Sprintf(format, args...)}
}
