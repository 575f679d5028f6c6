package store

import (
	"context"
	"fmt"
	"time"
)

// DefaultSessionTTL is how long a session lasts after its last change.
const DefaultSessionTTL = 24 * time.Hour

// MaxSession bounds a session, MaxReply a kept reply, in bytes.
const (
	MaxSession = 64 << 10
	MaxReply   = 256 << 10
)

// TurnKey names one turn: the message that it is for.
type TurnKey struct {
	Account string
	Key     [16]byte // de-duplication key of the message
	OpenID  string   // the fan; "" when the sender is none: such a turn has no session
	At      time.Time
	Room    int64 // bytes that the account's keys and values may have together; 0 = any
}

// Result is how a turn ends.
type Result struct {
	Reply          []byte // kept with the claim for repeats of the message; nil = silence
	Session        []byte // nil removes the session
	SessionChanged bool
	SessionTTL     time.Duration // 0 = DefaultSessionTTL
}

// Turn is the durable half of one turn. It claims the message with its first write, in the same
// commit, and completes the claim, with the reply, in its last. What it writes takes effect at once.
// When a commit fails after that, the turn is spoilt: every later call says ErrLost, and the message
// may be run anew by another Turn. A Turn belongs to one goroutine.
type Turn struct {
	store *Store
	key   TurnKey
	owner int64
	last  *batch // the newest transaction that this turn wrote in; nil = it has written nothing
}

// Turn begins a turn. Nothing touches the disk until the first call.
func (s *Store) Turn(k TurnKey) *Turn {
	return &Turn{store: s, key: k, owner: int64(s.serial.Add(1))}
}

// Wrote reports whether the turn holds the claim: it has written something, or called Claim.
func (t *Turn) Wrote() bool { return t.last != nil }

// Claim takes the message for this turn before its first outward effect, and returns once that is on
// the disk. The error is ErrClaimed when another run holds the message or has finished it.
func (t *Turn) Claim(ctx context.Context) error {
	if t.last != nil {
		select {
		case <-t.last.ended:
			return t.spoilt()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	var in *batch
	err := t.store.writer.do(ctx, true, func(b *batch) error {
		in = b
		return t.claim(b)
	})
	if err == nil {
		t.last = in
	}
	return err
}

// spoilt says whether writes of this turn were lost.
func (t *Turn) spoilt() error {
	if t.last == nil {
		return nil
	}
	if cause := t.last.failed(); cause != nil {
		return fmt.Errorf("%w: %w", ErrLost, cause)
	}
	return nil
}

// change runs fn in the open transaction, after claiming the message if this is the turn's first write.
func (t *Turn) change(ctx context.Context, name string, fn func(*batch) error) error {
	return t.store.writer.do(ctx, false, func(b *batch) error {
		if err := t.enter(b); err != nil {
			return err
		}
		t.last = b
		t.store.writer.fresh.add(name)
		return fn(b)
	})
}

// enter makes sure that the turn holds the message and has lost nothing. Transactions follow one
// another, so an earlier one has ended when the next is open.
func (t *Turn) enter(b *batch) error {
	if t.last == nil {
		return t.claim(b)
	}
	return t.spoilt()
}

const takeClaim = `
INSERT INTO claims (account, key, openid, owner, began, expires, finished) VALUES (?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (account, key) DO UPDATE SET openid = excluded.openid, owner = excluded.owner,
	began = excluded.began, expires = excluded.expires, finished = 0, reply = NULL
WHERE claims.expires <= ?`

// claim takes the message unless another run has it; a claim past its life is free.
func (t *Turn) claim(b *batch) error {
	now := t.store.now()
	n, err := b.change(takeClaim, t.key.Account, t.key.Key[:], t.key.OpenID, t.owner,
		t.key.At.UnixMilli(), now.Add(ClaimLife).UnixMilli(), now.UnixMilli())
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrClaimed
	}
	return nil
}

const finishClaim = `UPDATE claims SET finished = 1, reply = ? WHERE account = ? AND key = ? AND owner = ?`

// Finish ends the turn: the reply completes the claim and the session is saved, in one commit with
// whatever else is open, and Finish returns once it is on the disk. A turn that has written nothing
// and has no changed session returns at once. With ErrClaimed, when the claim had run out and another
// run took the message, neither reply nor session is saved.
func (t *Turn) Finish(ctx context.Context, r Result) error {
	if t.key.OpenID == "" {
		r.SessionChanged = false
	}
	if t.last == nil && !r.SessionChanged {
		return nil
	}
	if len(r.Reply) > MaxReply || len(r.Session) > MaxSession {
		return fmt.Errorf("%w: a reply may have %d bytes, a session %d", ErrTooLarge, MaxReply, MaxSession)
	}
	// ctx may end while the writer is at it, so this op only reads the turn.
	return t.store.writer.do(ctx, true, func(b *batch) error {
		if err := t.enter(b); err != nil {
			return err
		}
		n, err := b.change(finishClaim, r.Reply, t.key.Account, t.key.Key[:], t.owner)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrClaimed
		}
		if !r.SessionChanged {
			return nil
		}
		return t.saveSession(b, r)
	})
}
