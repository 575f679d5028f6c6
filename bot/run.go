package bot

import (
	"errors"
	"fmt"
	"runtime/debug"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/store"
	"moonwire/wechat"
)

// run carries a new push through its turn, on the goroutine of the attempt that brought it.
func (f *Fleet) run(t *turn) {
	defer f.mend(t)
	if t.shared && !f.claim(t) {
		return
	}
	if t.fetches && f.serveFetch(t) {
		return
	}
	if !f.admit(t) {
		f.dropped(t)
		f.release(t)
		f.leave(t)
		return
	}
	if t.shared && f.fetchedMeanwhile(t) {
		return
	}
	memory := t.memory
	t.result = f.think(t, memory)
	switch {
	case memory.foreign:
		f.borrow(t)
	case f.life.Err() != nil: // the script may have seen its calls fail for that
		f.interrupt(t)
	default:
		f.settle(t)
		switch {
		case f.forget(t) && f.commit(t, memory):
			f.deliver(t)
		case memory.foreign:
			f.borrow(t)
		default:
			f.interrupt(t)
		}
	}
}

// mend is for panics outside of the script: a bug of ours must not leave the fan's lane or the platform hanging.
func (f *Fleet) mend(t *turn) {
	cause := recover()
	if cause == nil {
		return
	}
	f.o.Log.Error("a turn panicked", "account", t.account.name, "trace", t.trace, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if !t.ended() {
		for _, at := range f.book.end(t, nil, f.o.Now()) {
			at.answer(nil, OnReturn)
		}
	}
	f.makeRoom(t)
	f.release(t)
	if !t.departed {
		f.leave(t)
	}
}

// think runs the script. Panics are bugs of ours; they are reported like failures of the script.
func (f *Fleet) think(t *turn, m *memory) (r *result) {
	r = &result{began: f.o.Now()}
	defer func() {
		if cause := recover(); cause != nil {
			f.o.Log.Error("a turn panicked", "account", t.account.name, "trace", t.trace, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			r.err = errors.New("internal error")
		}
		r.ended = f.o.Now()
		errors.As(r.err, &r.script)
	}()
	if until, times, why := t.account.pause.state(r.began); !until.IsZero() {
		r.outcome = Paused
		r.err = fmt.Errorf("the account is paused until %s: %d turns in a minute spent their budgets, the last one %s (pause %d in a row)",
			until.Format("15:04:05"), killsToPause, why, times)
		return r
	}
	if t.edition.program == nil {
		r.err = t.edition.err
		return r
	}
	r.out, r.err = t.edition.program.Answer(f.life, bindings.Input{
		Message: t.push.Message, Trace: t.trace, Memory: m, Now: f.o.Now, Seed: f.o.chance(), Sleep: f.o.Sleep,
	})
	return r
}

// settle makes the answer of what the script said.
func (f *Fleet) settle(t *turn) {
	r := t.result
	f.takeSends(t)
	if r.err == nil {
		r.reply, r.rest = r.out.Reply, r.out.Rest
		f.checkReply(t)
	}
	if r.err != nil {
		f.apologise(t)
		return
	}
	if shows(r.reply) && !t.shows {
		r.warn("an answer to " + name(t.push.Message) + " is not sent")
		r.reply, r.rest = nil, nil
	}
	r.reply, r.fronted = f.front(t, r.reply)
}

// checkReply makes sure that WeChat will take the reply. What it would refuse costs the fan the failure notice.
func (f *Fleet) checkReply(t *turn) {
	r := t.result
	if !shows(r.reply) || !t.shows {
		return
	}
	if err := r.reply.Check(t.push.Message); err != nil {
		r.err = fmt.Errorf("reply.%s: %w", r.reply.Type, err)
	}
}

// apologise answers a turn that failed: with the account's apology where the fan waits for an answer, else
// with silence.
func (f *Fleet) apologise(t *turn) {
	r := t.result
	r.reply, r.rest = nil, nil
	if r.outcome == "" {
		r.outcome = Failed
	}
	m := t.push.Message
	if asked := !m.IsEvent() || m.IsEventNamed("CLICK"); asked && t.shows && t.edition.config.Apology != "" {
		r.reply = &wechat.Reply{Type: "text", Content: t.edition.config.Apology}
	}
	if r.script != nil && r.script.Kind == engine.ErrorLimit {
		why := r.script.Limit
		if r.script.File != "" {
			why = fmt.Sprintf("%s at %s:%d", r.script.Limit, r.script.File, r.script.Line)
		}
		if until := t.account.pause.kill(r.ended, why); !until.IsZero() {
			_, times, _ := t.account.pause.state(r.ended)
			f.o.Log.Warn("account paused: its turns spend their budgets", "account", t.account.name, "until", until, "for", why, "pauses", times)
		}
	}
}

// commit makes what the turn wrote last, before its answer leaves; false when the process ends first.
func (f *Fleet) commit(t *turn, m *memory) bool {
	r := t.result
	r.packed = packReply(r.reply, t.push.Message, f.o.Now())
	last := store.Result{Reply: r.packed}
	last.Away, last.Told = f.book.away(t)
	last.More = last.Away || len(r.rest) > 0
	if r.err == nil {
		last.Session, last.SessionChanged = r.out.Session, r.out.SessionChanged
	}
	err := m.turn.Finish(f.life, last)
	if err == nil {
		return true
	}
	if m.foreign = errors.Is(err, store.ErrClaimed); m.foreign || f.life.Err() != nil {
		return false
	}
	if r.err == nil {
		r.err = fmt.Errorf("what the turn wrote could not be kept: %w", err)
		f.apologise(t)
		r.packed = packReply(r.reply, t.push.Message, f.o.Now())
	}
	f.o.Log.Error("a turn could not be committed", "account", t.account.name, "trace", t.trace, "error", err)
	return true
}

// interrupt ends a turn that the end of the process cut short. Its attempts are closed, so that the platform
// asks again; if the turn has claimed its message, the claim will tell.
func (f *Fleet) interrupt(t *turn) {
	r := t.result
	r.outcome = Interrupted
	f.giveUp(t)
	f.release(t)
	f.makeRoom(t)
	f.close(t)
}

func name(m *wechat.Message) string {
	if m.IsEvent() {
		return m.Event
	}
	return m.MsgType
}
