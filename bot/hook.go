package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/store"
)

// HookCall is a call of one of an account's hooks by a system that has proved who it is.
type HookCall struct {
	Hook string
	ID   string // what the caller calls this call; "" = nothing, and each call counts

	Raw     []byte            // the body, of at most MaxHookBody bytes
	Headers map[string]string // names in lower case; no value lets anybody in
}

// MaxHookBody is how much a call of a hook may bring, in bytes.
const MaxHookBody = bindings.MaxHookBody

// HookDoor says how callers of a hook prove who they are.
type HookDoor = account.Hook

// HookReply is what the caller is answered.
type HookReply struct {
	Type string // "" = nothing
	Body []byte
}

// hookTime is how long the function of a hook may take: who calls does not wait for ever.
const hookTime = 10 * time.Second

var errHookTime = errors.New("the function of a hook may take " + hookTime.String() + "; what takes longer belongs into a job")

// Why a call of a hook has no answer.
var (
	ErrNoHook     = errors.New("the scripts have no such hook")
	ErrHookFailed = errors.New("the script of the hook failed")
	// ErrHookInterrupted is final: the process ended after the call had acted, and nobody can tell how far it had come.
	ErrHookInterrupted = errors.New("the process ended while the call ran; what it had done stands, and it is not run again")
)

// Hook runs the function of a hook, unless that call was answered in the last seven days: then it returns the same answer.
// Whatever fails may be asked for again. It blocks until the turn is over; ctx ends its waiting for it to begin. The
// errors are those of Work, ErrNoHook, ErrHookFailed and ErrHookInterrupted.
func (f *Fleet) Hook(ctx context.Context, name string, h HookCall) (HookReply, error) {
	o := WorkOptions{Job: true, hook: &store.HookCall{Hook: h.Hook}}
	if h.ID != "" {
		sum := sha256.Sum256([]byte("hook\x00" + h.Hook + "\x00" + h.ID))
		copy(o.Key[:], sum[:])
		o.hook.ID = o.Key
	}
	if reply, known, err := f.hookReply(ctx, name, o.hook); known {
		return reply, err
	}
	var out bindings.Outcome
	report, err := f.Work(ctx, name, func(ctx context.Context, p *bindings.Program, in bindings.Input) (_ bindings.Outcome, err error) {
		ctx, cancel := context.WithTimeoutCause(ctx, hookTime, errHookTime)
		defer cancel()
		out, err = p.Hook(ctx, in, h.Hook, bindings.HookCall{Raw: h.Raw, Headers: h.Headers})
		return out, err
	}, o)
	switch {
	case err != nil:
		return HookReply{}, err
	case report.Outcome == Repeated: // another process has answered meanwhile, or failed
		if reply, known, err := f.hookReply(ctx, name, o.hook); known {
			return reply, err
		}
		return HookReply{}, ErrNotDone
	case report.Err != nil:
		return HookReply{}, ErrHookFailed
	case out.Hook == nil:
		return HookReply{}, ErrNoHook
	}
	return HookReply{Type: out.Hook.Type, Body: out.Hook.Body}, nil
}

// hookReply is what a call was answered before, or that it was interrupted.
func (f *Fleet) hookReply(ctx context.Context, name string, c *store.HookCall) (_ HookReply, known bool, _ error) {
	if c.ID == [16]byte{} {
		return HookReply{}, false, nil
	}
	kept, found, err := f.o.Store.HookCall(ctx, name, c.Hook, c.ID)
	if err != nil {
		f.o.Log.Error("the store could not be asked whether a call of a hook is new", "account", name, "hook", c.Hook, "error", err)
	}
	if found && kept.Begun() {
		claim, claimed, err := f.o.Store.Claim(ctx, name, c.ID)
		return HookReply{}, err == nil && (!claimed || claim.Finished), ErrHookInterrupted // else it may be under way
	}
	return HookReply{Type: kept.Type, Body: kept.Body}, found, nil
}

// keepHook adds to the end of a turn what becomes of the call of a hook: its answer is kept, or it may be done anew.
func (w *work) keepHook(last *store.Result) {
	if w.hook == nil || w.key == [16]byte{} {
		return
	}
	answer := w.result.out.Hook
	if w.result.err != nil || answer == nil {
		last.Again = true
		return
	}
	kept := *w.hook
	kept.Type, kept.Body = answer.Type, answer.Body
	last.Hook = &kept
}

// FindHook says how callers of a hook prove who they are; false when account.yaml names no such hook, or the account does
// not serve. It waits, as a push does, for an account that is not loaded yet.
func (f *Fleet) FindHook(ctx context.Context, name, hook string) (HookDoor, bool) {
	a, _ := f.find(name, ctx.Done)
	if a == nil {
		return HookDoor{}, false
	}
	rel := f.releaseOf(a, nil)
	if rel == nil || rel.program == nil {
		return HookDoor{}, false
	}
	h, is := rel.config.Hooks[hook]
	return h, is
}
