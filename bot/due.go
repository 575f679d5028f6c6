package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"moonwire/bindings"
	"moonwire/store"
)

const (
	// dueTick is how often it is looked which conversations are due.
	dueTick = time.Second
	// duesAtOnce is how many are looked at together, wakersAtOnce how many run at once.
	duesAtOnce   = 200
	wakersAtOnce = 16
	// dueLease is after how long a conversation is woken again whose turn has not ended.
	dueLease = 2 * time.Minute
)

// wakeDue wakes conversations whose time has come, until ctx ends: questions and flows that have waited long enough,
// signals, what others have started, and what a killed process has left in its middle. Of several processes one acts.
func (f *Fleet) wakeDue(ctx context.Context) {
	ticks, stop := ticksOr(f.o.Dues, dueTick)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		case <-f.stirred:
		}
		if f.accounts.conversing.Load() {
			f.wakeSome(ctx)
		}
	}
}

func (f *Fleet) wakeSome(ctx context.Context) {
	due, err := f.o.Store.DueConversations(ctx, duesAtOnce)
	if err != nil {
		if ctx.Err() == nil {
			f.o.Log.Error("it could not be asked which conversations are due", "error", err)
		}
		return
	}
	for _, c := range due {
		ours, err := f.o.Store.LeaseConversation(ctx, c, dueLease)
		if err != nil || !ours {
			continue
		}
		select {
		case f.wakers <- struct{}{}:
		case <-ctx.Done():
			return
		}
		go func() {
			defer func() { <-f.wakers }()
			f.wake(ctx, c)
		}()
	}
	if len(due) == duesAtOnce {
		f.stir()
	}
}

// wakeOf is why a conversation that is due goes on.
func wakeOf(why string) bindings.Wake {
	switch why {
	case store.DueTimeout:
		return bindings.WakeTimeout
	case store.DueExpire:
		return bindings.WakeExpire
	case store.DueSignal:
		return bindings.WakeSignal
	}
	return bindings.WakeResume
}

// wake lets one conversation go on. Nothing is done when it has gone on meanwhile.
func (f *Fleet) wake(ctx context.Context, c store.Conversation) {
	sum := sha256.Sum256(fmt.Appendf(nil, "flow\x00%s\x00%d\x00%d\x00%s", c.ID, c.Pieces, c.Changed.UnixMilli(), c.Why))
	o := WorkOptions{OpenID: c.OpenID, flow: c.Flow, why: c.Why}
	copy(o.Key[:], sum[:])
	_, err := f.Work(ctx, c.Account, func(ctx context.Context, p *bindings.Program, in bindings.Input) (bindings.Outcome, error) {
		if in.Conversation == nil || in.Conversation.ID != c.ID || len(in.Conversation.Pieces) != c.Pieces {
			return bindings.Outcome{}, nil
		}
		in.Conversation.Wake = wakeOf(c.Why)
		return p.Converse(ctx, in)
	}, o)
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrNotServing) {
		f.o.Log.Warn("a conversation could not be woken; it is tried again", "account", c.Account, "flow", c.Flow, "error", err)
	}
}

// Signal keeps a signal for a fan of an account, and wakes the conversation that waits for it: then now is true. The error
// is ErrNotServing, or a *store.SignalsFullError.
func (f *Fleet) Signal(ctx context.Context, account string, s store.Signal) (now bool, err error) {
	a, _ := f.find(account, ctx.Done)
	if a == nil {
		return false, ErrNotServing
	}
	now, err = f.o.Store.Signal(ctx, account, s)
	if err == nil && now {
		f.accounts.mayConverse(a)
		f.stir()
	}
	return now, err
}

// mayConverse notes that fans of an account may be in conversations.
func (l *accounts) mayConverse(a *Account) {
	a.conversing.Store(true)
	l.conversing.Store(true)
}

// recallConversations learns, before a release serves, whether fans of its account may be in conversations: its scripts have
// flows, or had some.
func (l *loader) recallConversations(ctx context.Context, a *Account, next *release) {
	if a.conversing.Load() {
		return
	}
	some := next != nil && next.program != nil && len(next.program.Flows()) > 0
	if !some {
		var err error
		if some, err = l.o.Store.HasConversations(ctx, a.name); err != nil && ctx.Err() == nil {
			l.o.Log.Warn("conversations could not be looked for", "account", a.name, "error", err)
		}
	}
	if some {
		l.accounts.mayConverse(a)
	}
}
