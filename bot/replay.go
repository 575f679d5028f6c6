package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"moonwire/bindings"
	"moonwire/store"
)

// ReplayResult is what came of running a push again.
type ReplayResult string

// The results of a replay.
const (
	Same    ReplayResult = "same"
	Differs ReplayResult = "differs"
	Fails   ReplayResult = "fails"   // and did not before
	Unknown ReplayResult = "unknown" // it cannot be run again to its end
)

// ReplayResults are all of them.
func ReplayResults() []string {
	return []string{string(Same), string(Differs), string(Fails), string(Unknown)}
}

// Replayed is a push that was run again.
type Replayed struct {
	Trace         string
	Received      time.Time
	Did           string
	Result        ReplayResult
	Why           string
	Before, After Said
	Calls         []string // that are made no more, or with something else
}

// Said is what a turn answered.
type Said struct{ Rule, Answer string }

// ReplayOf is what is run again, and on what.
type ReplayOf struct {
	Ref   string    // one turn, as Store.Message finds it; "": all that are kept
	Since time.Time // of all
	Limit int       // of all, the newest
	Build string    // a kept build; "": the live one
	Draft *Draft    // in place of a build
}

// How much one replay may do. The turns have their own limits besides.
const (
	MaxReplayed = 500
	replayTime  = 20 * time.Second
)

// ErrNoTurn says that there is no such turn, or that nothing is kept of how it went.
var ErrNoTurn = fmt.Errorf("nothing is kept of how that turn went; the last %d of an account are", store.MaxTraces)

// Replay runs recorded pushes again, the newest first. What their calls came to is answered from what is kept; nothing is
// asked, sent or stored. more says that the time was over before all were run.
func (f *Fleet) Replay(ctx context.Context, account string, r ReplayOf) (all []Replayed, more bool, err error) {
	kept, err := f.toReplay(ctx, account, r)
	if err != nil {
		return nil, false, err
	}
	p, done, err := f.toTry(ctx, account, r.Build, r.Draft)
	if err != nil {
		return nil, false, err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, replayTime)
	defer cancel()
	for _, k := range kept {
		t, err := bindings.ReadTrace(k.Body)
		if err != nil {
			return all, false, err
		}
		if ctx.Err() != nil {
			return all, true, nil
		}
		one := Replayed{Trace: shortTrace(k.Trace), Received: t.Push.Received, Did: said(t.Push.Message), Before: Said{t.Rule, t.Answer}}
		one.run(ctx, p, t)
		all = append(all, one)
	}
	return all, false, nil
}

func (f *Fleet) toReplay(ctx context.Context, account string, r ReplayOf) ([]store.KeptTrace, error) {
	if r.Ref == "" {
		return f.o.Store.Traces(ctx, account, r.Since, "", min(max(1, r.Limit), MaxReplayed))
	}
	m, found, err := f.o.Store.Message(ctx, account, r.Ref)
	if err != nil {
		return nil, err
	}
	body, err := f.o.Store.TraceBody(ctx, account, m.Trace)
	if err == nil && (!found || body == nil) {
		err = ErrNoTurn
	}
	return []store.KeptTrace{{Trace: m.Trace, Body: body}}, err
}

// run runs one push again, and compares.
func (r *Replayed) run(ctx context.Context, p *bindings.Program, t *bindings.Trace) {
	r.Result = Unknown
	switch {
	case t.Push.Message == nil:
		r.Why = "nobody pushed it"
		return
	case t.Carried:
		r.Why = "it was part of a conversation, which has a journal of its own: moonwire check --flows tries those"
		return
	}
	out, calls, err := p.Rerun(ctx, t)
	var unknown *bindings.UnknownEffectError
	switch {
	case errors.As(err, &unknown):
		r.Why = unknown.Error()
		return
	case err != nil && ctx.Err() != nil:
		r.Why = "there was no time left"
		return
	}
	r.After, r.Calls = Said{out.Rule, answerOf(out, err)}, calls
	r.judge(err, t.Box != "")
}

func (r *Replayed) judge(err error, failed bool) {
	switch {
	case err != nil && !failed:
		r.Result, r.Why = Fails, err.Error()
	case (err != nil) != failed || r.Before.Answer != r.After.Answer || len(r.Calls) > 0:
		r.Result = Differs
	default:
		r.Result = Same
	}
}
