package bot

import (
	"context"
	"errors"
	"fmt"

	"moonwire/store"
)

// WorkOptions say more of a piece of work.
type WorkOptions struct {
	OpenID string   // the fan among whose turns it is done; "" = nobody's
	Key    [16]byte // it is done once in ten minutes, by one process; zero: each time it is asked for
	Job    bool     // the limits of jobs count, in place of those of a push

	hook      *store.HookCall // nil: it is none
	flow, why string          // of the conversation that it wakes, and why it does
}

// Why work was not done.
var (
	ErrNotServing = errors.New("there is no account of that name, or it does not serve")
	ErrUnderWay   = errors.New("work of the same key is being done")
	ErrNotDone    = errors.New("the work was not done")
)

// Work does something that nobody pushed, as an account: a job, a timeout, a signal. It waits for the fan's turns before
// it and for the account's capacity, and blocks until the work is done, recorded and reported; ctx ends the waiting. The
// report tells of a script that failed; the error says why nothing was done.
func (f *Fleet) Work(ctx context.Context, account string, action Action, o WorkOptions) (TurnReport, error) {
	a, _ := f.find(account, ctx.Done)
	if a == nil {
		return TurnReport{}, ErrNotServing
	}
	rel := f.releaseOf(a, nil)
	if rel == nil {
		return TurnReport{}, ErrNotServing
	}
	w := f.newWork(a, rel, fan{a.name, o.OpenID}, o.Key, f.o.Now())
	if o.hook != nil {
		w.memory.turn.CallsHook(o.hook.Hook)
	}
	w.action, w.job, w.hook, w.flow, w.woken = action, o.Job, o.hook, o.flow, o.why
	w.stand(&place{})
	switch f.pushes.enter(w) {
	case joins:
		return TurnReport{}, ErrUnderWay
	case refuse:
		return TurnReport{}, fmt.Errorf("%w: %s", ErrNotDone, f.whyRefused())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.life, cancel)()
	f.run(ctx, w)
	switch r := w.result; {
	case r == nil || r.outcome == "":
		return TurnReport{}, ErrNotDone
	case r.outcome == Dropped:
		return TurnReport{}, fmt.Errorf("%w: %s", ErrNotDone, w.why)
	}
	return f.reportOf(w), nil
}
