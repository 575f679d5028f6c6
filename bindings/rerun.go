package bindings

import (
	"context"
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// UnknownEffectError is why a push cannot be run again to its end: the script does something of which the trace does not
// say what it came to.
type UnknownEffectError struct {
	Function, Label string
	Why             string
}

func (e *UnknownEffectError) Error() string {
	what := e.Function
	if e.Label != "" {
		what += "(" + e.Label + ")"
	}
	return what + ": " + e.Why
}

// Rerun runs the push of a trace again, with the rules of this build. What its calls came to is answered from the trace,
// and so are time and chance; nothing is asked, sent or kept. changed are the calls that have other arguments than in the
// trace, and those that change something and are made no more. The error is as that of Answer, and an *UnknownEffectError where the trace has no answer.
func (p *Program) Rerun(ctx context.Context, t *Trace) (out Outcome, changed []string, err error) {
	known := newRecorded(t.Made)
	began := t.Push.Received
	out, err = p.Answer(ctx, Input{
		Message: t.Push.Message, OpenID: t.OpenID, Trace: t.Push.Trace, Seed: t.Push.Seed, Memory: nil,
		Now: func() time.Time { return began }, Came: began, Observe: func(engine.Observed) {}, recorded: known,
	})
	if known.unknown != nil {
		return out, nil, known.unknown
	}
	return out, append(known.changed, known.left(t.Made)...), err
}

// recorded is an engine.Journal that knows what the effects of a trace came to, and makes none. As in the journals of
// conversations, effects are recognised by function and label, in order.
type recorded struct {
	waiting map[string][]Made
	changed []string
	unknown *UnknownEffectError // the first; nothing counts after it
}

func newRecorded(made []Made) *recorded {
	a := &recorded{waiting: map[string][]Made{}}
	for _, m := range made {
		key := m.Function + " " + m.Label
		a.waiting[key] = append(a.waiting[key], m)
	}
	return a
}

// Recall is part of engine.Journal.
func (a *recorded) Recall(L *lua.LState, e engine.Effect) (value any, made bool) {
	if e.Kind == engine.KindLog {
		return nil, false
	}
	key := e.Function + " " + e.Label
	waiting := a.waiting[key]
	switch {
	case len(waiting) == 0 && e.Weight == engine.Acts:
		a.stop(L, e, "a call that was not made then; it is not made now either, so what comes behind it is not known")
	case len(waiting) == 0:
		a.stop(L, e, "a call that was not made then; what it would give is not known")
	case !waiting[0].Known && waiting[0].Failed != "":
		a.stop(L, e, "it failed then: "+waiting[0].Failed)
	case !waiting[0].Known:
		a.stop(L, e, "what it gave then is not kept: a secret, or more than 8 KiB")
	}
	a.waiting[key] = waiting[1:]
	if waiting[0].Args != e.Args {
		a.changed = append(a.changed, fmt.Sprintf("%s(%s) with something else", e.Function, e.Label))
	}
	return waiting[0].Value, true
}

// left are the calls that changed something and were not made this time, in order.
func (a *recorded) left(made []Made) (calls []string) {
	for _, m := range slices.Backward(made) {
		key := m.Function + " " + m.Label
		if n := len(a.waiting[key]); n > 0 {
			if a.waiting[key] = a.waiting[key][:n-1]; m.Acts {
				calls = append(calls, fmt.Sprintf("%s(%s) no more", m.Function, m.Label))
			}
		}
	}
	slices.Reverse(calls)
	return calls
}

// stop ends the turn for good, whatever the script catches.
func (a *recorded) stop(L *lua.LState, e engine.Effect, why string) {
	t := engine.TurnOf(L)
	if a.unknown == nil {
		a.unknown = &UnknownEffectError{e.Function, e.Label, why}
	}
	stateOf(t).broken = a.unknown
	t.Fail(L, "%s", why)
}

// Make is part of engine.Journal: lines of the log alone come to it.
func (a *recorded) Make(ctx context.Context, _ engine.Effect, fn func(context.Context) (any, error)) (any, error) {
	return fn(ctx)
}
