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
func (f *Fleet) run(w *work) {
	defer f.mend(w)
	if w.shared && !f.claim(w) {
		return
	}
	if w.fetches && f.serveFetch(w) {
		return
	}
	if !f.admit(w) {
		f.dropped(w)
		f.giveUpClaim(w)
		f.leave(w)
		return
	}
	if w.shared && f.fetchedMeanwhile(w) {
		return
	}
	memory := w.memory
	w.result = f.think(w, memory)
	switch {
	case memory.foreign:
		f.awaitOtherProcess(w)
	case f.life.Err() != nil: // the script may have seen its calls fail for that
		f.interrupt(w)
	default:
		f.settle(w)
		switch {
		case f.forget(w) && f.commit(w, memory):
			f.deliver(w)
		case memory.foreign:
			f.awaitOtherProcess(w)
		default:
			f.interrupt(w)
		}
	}
}

// mend is for panics outside of the script: a bug of ours must not leave the fan's queue or the platform hanging.
func (f *Fleet) mend(w *work) {
	cause := recover()
	if cause == nil {
		return
	}
	f.o.Log.Error("a turn panicked", "account", w.account.name, "trace", w.trace, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if !w.ended() {
		for _, at := range f.pushes.end(w, nil, f.o.Now()) {
			at.answer(nil, OnReturn)
		}
	}
	f.freeCapacity(w)
	f.giveUpClaim(w)
	if !w.departed {
		f.leave(w)
	}
}

// think runs the script. Panics are bugs of ours; they are reported like failures of the script.
func (f *Fleet) think(w *work, m *memory) (r *result) {
	r = &result{began: f.o.Now()}
	defer func() {
		if cause := recover(); cause != nil {
			f.o.Log.Error("a turn panicked", "account", w.account.name, "trace", w.trace, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			r.err = errors.New("internal error")
		}
		r.ended = f.o.Now()
		errors.As(r.err, &r.script)
	}()
	if until, times, why := w.account.pause.state(r.began); !until.IsZero() {
		r.outcome = Paused
		r.err = fmt.Errorf("the account is paused until %s: %d turns in a minute spent their budgets, the last one %s (pause %d in a row)",
			until.Format("15:04:05"), killsToPause, why, times)
		return r
	}
	if w.release.program == nil {
		r.err = w.release.err
		return r
	}
	r.out, r.err = w.release.program.Answer(f.life, bindings.Input{
		Message: w.push.Message, Trace: w.trace, Memory: m, Now: f.o.Now, Seed: f.o.chance(), Sleep: f.o.Sleep,
	})
	return r
}

// settle makes the answer of what the script said.
func (f *Fleet) settle(w *work) {
	r := w.result
	f.takeSends(w)
	if r.err == nil {
		r.reply, r.rest = r.out.Reply, r.out.Rest
		f.checkReply(w)
	}
	if r.err != nil {
		f.apologise(w)
		return
	}
	if shows(r.reply) && !w.shows {
		r.warn("an answer to " + name(w.push.Message) + " is not sent")
		r.reply, r.rest = nil, nil
	}
	r.reply, r.fronted = f.front(w, r.reply)
}

// checkReply makes sure that WeChat will take the reply. What it would refuse costs the fan the failure notice.
func (f *Fleet) checkReply(w *work) {
	r := w.result
	if !shows(r.reply) || !w.shows {
		return
	}
	if err := r.reply.Check(w.push.Message); err != nil {
		r.err = fmt.Errorf("reply.%s: %w", r.reply.Type, err)
	}
}

// apologise answers a turn that failed: with the account's apology where the fan waits for an answer, else
// with silence.
func (f *Fleet) apologise(w *work) {
	r := w.result
	r.reply, r.rest = nil, nil
	if r.outcome == "" {
		r.outcome = Failed
	}
	m := w.push.Message
	if asked := !m.IsEvent() || m.IsEventNamed("CLICK"); asked && w.shows && w.release.config.Apology != "" {
		r.reply = &wechat.Reply{Type: "text", Content: w.release.config.Apology}
	}
	if r.script != nil && r.script.Kind == engine.ErrorLimit {
		why := r.script.Limit
		if r.script.File != "" {
			why = fmt.Sprintf("%s at %s:%d", r.script.Limit, r.script.File, r.script.Line)
		}
		if until := w.account.pause.kill(r.ended, why); !until.IsZero() {
			_, times, _ := w.account.pause.state(r.ended)
			f.o.Log.Warn("account paused: its turns spend their budgets", "account", w.account.name, "until", until, "for", why, "pauses", times)
		}
	}
}

// commit makes what the turn wrote last, before its answer leaves; false when the process ends first.
func (f *Fleet) commit(w *work, m *memory) bool {
	r := w.result
	r.packed = packReply(r.reply, w.push.Message, f.o.Now())
	last := store.Result{Reply: r.packed}
	last.Away, last.Told = f.pushes.away(w)
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
		f.apologise(w)
		r.packed = packReply(r.reply, w.push.Message, f.o.Now())
	}
	f.o.Log.Error("a turn could not be committed", "account", w.account.name, "trace", w.trace, "error", err)
	return true
}

// interrupt ends a turn that the end of the process cut short. Its attempts are closed, so that the platform
// asks again; if the turn has claimed its message, the claim will tell.
func (f *Fleet) interrupt(w *work) {
	r := w.result
	r.outcome = Interrupted
	f.giveUp(w)
	f.giveUpClaim(w)
	f.freeCapacity(w)
	f.close(w)
}

func name(m *wechat.Message) string {
	if m.IsEvent() {
		return m.Event
	}
	return m.MsgType
}
