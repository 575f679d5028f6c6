package store

import (
	"context"
	"time"
)

// How long what is recorded is kept by default (design.md §5 for messages).
const (
	keepMessages = 30 * 24 * time.Hour
	keepMenu     = 400 * 24 * time.Hour
)

// keepTokens is how long a token is kept that has run out.
const keepTokens = 24 * time.Hour

// pruneStep is how many rows go in one transaction; it takes some milliseconds.
const pruneStep = 500

// Retention says how long what is recorded is kept. The zero Retention works.
type Retention struct {
	// Messages returns how long an account's messages are kept; nil or 0 = KeepMessages.
	Messages func(account string) time.Duration
	// Menu is how long the hourly counters of menu events are kept; 0 = KeepMenu.
	Menu time.Duration
	// Held returns the builds of an account that must be kept besides those that always are; nil = none.
	Held func(account string) []string
}

// Pruned counts the rows that went.
type Pruned struct {
	Messages, MenuHours, Values, Sessions, Claims, Answers, Audit, Tokens, Media, HookCalls, Spendings, Histories, Jobs, Signals, Conversations, Traces int64
	Accounts                                                                                                                                            int64 // that were forgotten
}

// expiry is one kind of rows that run out: how to find some, and how to remove one of them if it has
// still run out by then.
type expiry struct {
	find, remove string
	columns      int
	before       func(b *batch, args []any) error // runs before a removal; nil = nothing
}

// Prune removes what has run out or outlived its retention, in small steps that give way to other
// writes. Expired things are not seen by anybody before that either; messages are.
func (s *Store) Prune(ctx context.Context, r Retention) (p Pruned, err error) {
	menu := r.Menu
	if menu <= 0 {
		menu = keepMenu
	}
	for _, step := range s.expiries(&p, menu) {
		if *step.count, err = s.expire(ctx, step.expiry, step.until); err != nil {
			return p, err
		}
	}
	err = s.pruneLarge(ctx, r, &p)
	return p, err
}

// countedExpiry is a kind of rows that run out, until when those go that have, and where they are counted.
type countedExpiry struct {
	count *int64
	until int64
	expiry
}

// expiries are the kinds of rows that run out one by one.
func (s *Store) expiries(p *Pruned, menu time.Duration) []countedExpiry {
	now := s.now().UnixMilli()
	return []countedExpiry{
		{&p.Claims, s.outlived(), expiry{
			`SELECT account, key FROM claims WHERE began <= ? LIMIT ?`,
			`DELETE FROM claims WHERE account = ? AND key = ? AND began <= ?`, 2, nil,
		}},
		{&p.Values, now, expiry{
			`SELECT account, key FROM kv WHERE expires <= ? LIMIT ?`,
			`DELETE FROM kv WHERE account = ? AND key = ? AND expires <= ?`, 2, refund,
		}},
		{&p.Sessions, now, expiry{
			`SELECT account, openid FROM sessions WHERE expires <= ? LIMIT ?`,
			`DELETE FROM sessions WHERE account = ? AND openid = ? AND expires <= ?`, 2, nil,
		}},
		{&p.Answers, now, expiry{
			`SELECT account, openid, id FROM answers WHERE expires <= ? LIMIT ?`,
			`DELETE FROM answers WHERE account = ? AND openid = ? AND id = ? AND expires <= ?`, 3, nil,
		}},
		{&p.HookCalls, now, expiry{
			`SELECT account, hook, id FROM hook_calls WHERE expires <= ? LIMIT ?`,
			`DELETE FROM hook_calls WHERE account = ? AND hook = ? AND id = ? AND expires <= ?`, 3, nil,
		}},
		{&p.MenuHours, s.now().Add(-menu).UnixMilli()/hourMillis - 1, expiry{
			`SELECT account, event_key, event, menu_id, hour FROM menu_events WHERE hour <= ? LIMIT ?`,
			`DELETE FROM menu_events WHERE account = ? AND event_key = ? AND event = ? AND menu_id = ? AND hour = ? AND hour <= ?`, 5, nil,
		}},
		{&p.Histories, now, expiry{
			`SELECT account, openid FROM histories WHERE expires <= ? LIMIT ?`,
			`DELETE FROM histories WHERE account = ? AND openid = ? AND expires <= ?`, 2, nil,
		}},
		{&p.Signals, now, expiry{
			`SELECT account, openid, name, id FROM signals WHERE expires <= ? LIMIT ?`,
			`DELETE FROM signals WHERE account = ? AND openid = ? AND name = ? AND id = ? AND expires <= ?`, 4, nil,
		}},
		{&p.Conversations, s.now().Add(-KeepFailed).UnixMilli(), expiry{
			`SELECT account, openid, id FROM conversations WHERE due IS NULL AND changed <= ? LIMIT ?`,
			`DELETE FROM conversations WHERE account = ? AND openid = ? AND id = ? AND due IS NULL AND changed <= ?`, 3, dropPruned,
		}},
		{&p.Jobs, now, expiry{
			`SELECT account, id FROM jobs WHERE expires <= ? LIMIT ?`,
			`DELETE FROM jobs WHERE account = ? AND id = ? AND expires <= ?`, 2, uncountJob,
		}},
		{&p.Spendings, s.spendingsEnd(), expiry{
			`SELECT account, day, openid FROM spendings WHERE day <= ? LIMIT ?`,
			`DELETE FROM spendings WHERE account = ? AND day = ? AND openid = ? AND day <= ?`, 3, nil,
		}},
		{&p.Tokens, s.now().Add(-keepTokens).UnixMilli(), expiry{
			`SELECT key FROM tokens WHERE expires <= ? LIMIT ?`,
			`DELETE FROM tokens WHERE key = ? AND expires <= ?`, 1, nil,
		}},
		{&p.Media, now, expiry{
			`SELECT app_id, kind, hash FROM media WHERE expires <= ? LIMIT ?`,
			`DELETE FROM media WHERE app_id = ? AND kind = ? AND hash = ? AND expires <= ?`, 3, nil,
		}},
	}
}

func (s *Store) expire(ctx context.Context, e expiry, until int64) (gone int64, err error) {
	for {
		var keys [][]any
		err := s.committed(ctx).rows(e.find, []any{until, pruneStep}, func(scan func(...any) error) error {
			key, into := make([]any, e.columns), make([]any, e.columns)
			for i := range key {
				into[i] = &key[i]
			}
			keys = append(keys, key)
			return scan(into...)
		})
		if err != nil || len(keys) == 0 {
			return gone, err
		}
		n, err := s.remove(ctx, e, keys, until)
		if gone += n; err != nil || len(keys) < pruneStep {
			return gone, err
		}
	}
}

// remove deletes rows by their keys, in one transaction.
func (s *Store) remove(ctx context.Context, e expiry, keys [][]any, further ...any) (gone int64, err error) {
	if len(keys) == 0 {
		return 0, nil
	}
	err = s.writer.do(ctx, true, func(b *batch) error {
		for _, key := range keys {
			args := append(key, further...)
			if e.before != nil {
				if err := e.before(b, args); err != nil {
					return err
				}
			}
			n, err := b.change(e.remove, args...)
			if gone += n; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return gone, nil
}
