package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/store"
	"moonwire/wechat"
)

// run carries a piece of work through its turn, on the goroutine of the attempt that brought it or of the caller. ctx
// ends its waiting, but not what has begun.
func (f *Fleet) run(ctx context.Context, w *work) {
	defer f.mend(w)
	if w.place.claims && !f.claim(ctx, w) {
		return
	}
	if w.fetches && f.serveFetch(ctx, w) {
		return
	}
	if !f.admit(ctx, w) {
		if w.turnedAway {
			f.finishTurnedAway(w)
		} else {
			f.drop(w)
		}
		return
	}
	if f.fetchedMeanwhile(ctx, w) {
		return
	}
	for f.turn(ctx, w) {
	}
}

// turn runs the script and gives its answer. again: another turn of the fan was there first, and this one sees now what that
// has left.
func (f *Fleet) turn(ctx context.Context, w *work) (again bool) {
	w.result = f.think(w)
	switch {
	case w.memory.foreign:
		w.giveUpFollowing()
		f.awaitOtherProcess(ctx, w)
	case f.life.Err() != nil: // the script may have seen its calls fail for that
		f.interrupt(w)
	case f.overtaken(w):
		return true
	default:
		f.settle(w)
		switch {
		case f.forget(w) && f.commit(w):
			f.deliver(w)
		case w.memory.foreign:
			w.giveUpFollowing()
			f.awaitOtherProcess(ctx, w)
		case f.overtaken(w):
			return true
		default:
			f.interrupt(w)
		}
	}
	return false
}

// think runs the script. Panics are bugs of ours; they are reported like failures of the script.
func (f *Fleet) think(w *work) (r *result) {
	r = &w.ran
	r.began = f.o.Now()
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
	if waiting := w.account.waiting.Load(); waiting >= w.release.waiting {
		r.outcome, r.err = Busy, fmt.Errorf("%d turns of this account wait for other servers; account.yaml limits: { waiting: … } raises it", waiting)
		return r
	}
	in := bindings.Input{
		Message: w.message(), OpenID: w.fan.openid, Job: w.job,
		Trace: w.trace, Memory: w.memory, Now: f.o.Now, Seed: f.o.chance(), Sleep: f.o.Sleep, Outside: w.outside,
		Came: w.received, Asking: f.asking(w),
	}
	f.attend(w, r.began, &in)
	if w.again != nil {
		in.Asked = true // once
	}
	f.inTwo(w, &in)
	r.out, r.err = f.act(w, in)
	if w.again != nil {
		r.out = joined(*w.again, r.out)
	}
	return r
}

// settle makes the answer of what the script said.
func (f *Fleet) settle(w *work) {
	r := w.result
	f.takeSends(w)
	if r.err != nil {
		f.apologise(w)
		return
	}
	r.said = r.out.Reply
	f.gather(w)
}

// apologise answers a turn that failed: with the account's apology where the fan waits for an answer, else
// with silence.
func (f *Fleet) apologise(w *work) {
	r := w.result
	w.giveUpFollowing()
	r.said = nil
	if r.outcome == "" {
		r.outcome = Failed
	}
	text := w.release.config.Apology
	if r.outcome == Busy {
		text = w.release.config.BusyText
	}
	if w.asked() && text != "" {
		r.said = &wechat.Reply{Type: "text", Content: text}
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
func (f *Fleet) commit(w *work) bool {
	r := w.result
	err := f.finish(w)
	for errors.Is(err, store.ErrFetched) { // what stood in front was fetched meanwhile
		err = f.finish(w)
	}
	if err == nil {
		if w.memory.stirs {
			f.stir()
		}
		return true
	}
	if w.memory.foreign = errors.Is(err, store.ErrClaimed); w.memory.foreign || f.life.Err() != nil {
		return false
	}
	if errors.Is(err, store.ErrOvertaken) {
		if w.memory.lost = true; w.mayAgain() {
			return false
		}
		return f.commitWithout(w)
	}
	if r.err == nil {
		r.err = fmt.Errorf("what the turn wrote could not be kept: %w", err)
		f.apologise(w)
	}
	f.compose(w)
	r.rest, r.further, r.standby, r.takes, r.ahead = "", nil, nil, nil, nil // nothing is kept
	f.o.Log.Error("a turn could not be committed", "account", w.account.name, "trace", w.trace, "error", err)
	return true
}

// commitWithout ends a turn whose conversation is over, or another one, after it has acted in it: what it came to is said, and
// the conversation stays as it is.
func (f *Fleet) commitWithout(w *work) bool {
	r := w.result
	r.warn(errLost.Error())
	r.out.Conversation = &bindings.Progress{ID: r.out.Conversation.ID, Flow: r.out.Conversation.Flow}
	return f.commit(w)
}

// asked reports whether the fan waits for an answer.
func (w *work) asked() bool {
	m := w.message()
	return m != nil && w.shows && (!m.IsEvent() || m.IsEventNamed("CLICK"))
}
