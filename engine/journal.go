package engine

import (
	"context"

	lua "github.com/yuin/gopher-lua"
)

// Journal keeps what the effects of a run came to, so that a later run of the same script from its start goes on where
// that one ended: it answers what was made before. It belongs to the turn's goroutine.
type Journal interface {
	// Recall is what an effect came to before; made is false for one that is still to be made. It may raise, or suspend.
	Recall(L *lua.LState, e Effect) (value any, made bool)
	// Make makes an effect and keeps what it comes to. It must not touch the VM.
	Make(ctx context.Context, e Effect, fn func(context.Context) (any, error)) (any, error)
}

// SetJournal says who keeps the effects from here on; nil: nobody. What the journal answers is charged no budget of calls
// and told no observer.
func (t *Turn) SetJournal(j Journal) { t.journal = j }

// recall asks the journal, where there is one.
func (t *Turn) recall(L *lua.LState, e Effect) (value any, made bool) {
	if t.journal == nil {
		return nil, false
	}
	e.Label = boundedLabel(e.Label)
	return t.journal.Recall(L, e)
}

// make makes an effect, and lets the journal keep it.
func (t *Turn) make(e Effect, fn func(ctx context.Context) (any, error)) (any, error) {
	if t.journal == nil {
		return fn(t.Context())
	}
	e.Label = boundedLabel(e.Label)
	return t.journal.Make(t.Context(), e, fn)
}
