package bot

import (
	"cmp"
	"context"
	"errors"
	"time"

	"moonwire/bindings"
	"moonwire/store"
)

// memory is a store.Turn as scripts see it. It notices that another run holds the message.
type memory struct {
	turn    *store.Turn
	store   *store.Store
	fan     fan
	row     *store.Conversation // what the fan has under way; nil = nothing
	build   string              // that runs
	along   bool                // the next change adds to a journal
	noted   bool                // something was added to one
	lost    bool                // the conversation has gone on, or ended, without the turn
	stirs   bool                // others' conversations have become due
	now     func() time.Time
	foreign bool  // another process runs, or has run, this very message
	jobs    *jobs // is told of those that the script has done later
}

func (m *memory) note(err error) error {
	var full *store.FullError
	m.noted = m.noted || m.along && err == nil
	switch {
	case errors.Is(err, store.ErrOvertaken):
		m.lost = true
	case errors.Is(err, store.ErrClaimed):
		m.foreign = true
	case errors.As(err, &full):
		return &bindings.FullError{Used: full.Used, Quota: full.Quota}
	}
	return err
}

func (m *memory) Get(ctx context.Context, key string) ([]byte, bool, error) {
	v, found, err := m.turn.Get(ctx, key)
	return v, found, m.note(err)
}

func (m *memory) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return m.note(m.turn.Set(ctx, key, value, ttl))
}

func (m *memory) Delete(ctx context.Context, key string) (bool, error) {
	existed, err := m.turn.Delete(ctx, key)
	return existed, m.note(err)
}

func (m *memory) Incr(ctx context.Context, key string, by float64) (float64, error) {
	n, err := m.turn.Incr(ctx, key, by)
	if errors.Is(err, store.ErrNotNumber) {
		err = bindings.ErrNotNumber
	}
	return n, m.note(err)
}

func (m *memory) CAS(ctx context.Context, key string, old, next []byte) (bool, error) {
	swapped, err := m.turn.CAS(ctx, key, old, next)
	return swapped, m.note(err)
}

func (m *memory) List(ctx context.Context, prefix string, p bindings.Page) ([]bindings.Item, bool, error) {
	entries, more, err := m.turn.List(ctx, prefix, store.Page{After: p.After, Limit: p.Limit, Reverse: p.Reverse})
	return asItems(entries), more, m.note(err)
}

func (m *memory) Count(ctx context.Context, prefix string) (int64, error) {
	n, err := m.turn.Count(ctx, prefix)
	return n, m.note(orTooMany(err))
}

func (m *memory) Top(ctx context.Context, prefix string, n int) ([]bindings.Item, error) {
	entries, err := m.turn.Top(ctx, prefix, n)
	return asItems(entries), m.note(orTooMany(err))
}

func asItems(entries []store.Entry) []bindings.Item {
	items := make([]bindings.Item, len(entries))
	for i, e := range entries {
		items[i] = bindings.Item{Key: e.Key, Value: e.Value}
	}
	return items
}

func orTooMany(err error) error {
	if errors.Is(err, store.ErrTooLarge) {
		return bindings.ErrTooMany
	}
	return err
}

func (m *memory) Begin(ctx context.Context, b bindings.Begun) (bool, error) {
	err := m.turn.Start(ctx, store.Conversation{
		OpenID: b.OpenID, ID: b.ID, Flow: b.Flow, Build: b.Build, Expires: m.now().Add(b.Timeout),
	}, b.Entries, b.Replace)
	if errors.Is(err, store.ErrBusy) {
		return false, nil
	}
	m.stirs = m.stirs || err == nil
	return err == nil, m.note(err)
}

func (m *memory) Signal(ctx context.Context, s bindings.Signal) (bindings.Delivery, error) {
	now, err := m.turn.Signal(ctx, store.Signal(s), func(now bool) any { return string(delivered(now)) })
	m.stirs = m.stirs || now
	var full *store.SignalsFullError
	if errors.As(err, &full) {
		return "", &bindings.SignalsFullError{Most: full.Most}
	}
	return delivered(now), m.note(err)
}

func delivered(now bool) bindings.Delivery {
	if now {
		return bindings.DeliveredNow
	}
	return bindings.Kept
}

func (m *memory) TakeSignal(ctx context.Context, name string) ([]byte, bool, error) {
	data, found, err := m.turn.TakeSignal(ctx, name)
	return data, found, m.note(err)
}

func (m *memory) PutJob(ctx context.Context, j bindings.JobOrder) (string, error) {
	id := cmp.Or(j.ID, m.store.Trace())
	err := m.turn.PutJob(ctx, store.Job{
		ID: id, Kind: store.JobTask, Name: j.Task, Due: j.Due, Args: j.Args, Retries: j.Retries, Backoff: j.Backoff, Build: m.build,
	})
	switch {
	case errors.Is(err, store.ErrJobsFull):
		err = bindings.ErrJobsFull
	case err == nil:
		m.jobs.wake(m.fan.account, j.Due)
	}
	return id, m.note(err)
}

func (m *memory) CancelJob(ctx context.Context, id string) (bool, error) {
	cancelled, err := m.turn.CancelJob(ctx, id)
	return cancelled, m.note(err)
}

func (m *memory) Session(ctx context.Context) ([]byte, error) { return m.turn.Session(ctx) }

func (m *memory) Claim(ctx context.Context) error { return m.note(m.turn.Claim(ctx)) }

func (m *memory) History(ctx context.Context) ([]byte, error) {
	return m.store.History(ctx, m.fan.account, m.fan.openid)
}

func (m *memory) KeepHistory(ctx context.Context, value []byte) error {
	return m.store.KeepHistory(ctx, m.fan.account, m.fan.openid, value)
}
