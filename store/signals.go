package store

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"
)

// Bounds of signals.
const (
	MaxSignals   = 100                // kept for a fan
	SignalLife   = 7 * 24 * time.Hour // of one that nobody takes, and of the id of one that was taken
	MaxSignal    = 16 << 10           // bytes
	MaxSignalID  = 256                // characters
	maxSignalIDs = 10 * MaxSignals    // of a fan, those that were taken among them
)

// WaitSignal is the kind of what a conversation waits for that waits for a signal; its Question is the signal's name.
const WaitSignal = "signal"

// Signal is news for a fan's conversation.
type Signal struct {
	OpenID, Name string
	ID           string // the same id counts once; "" = each counts
	Data         []byte
}

// SignalsFullError says that too many signals are kept for a fan.
type SignalsFullError struct{ Most int }

func (e *SignalsFullError) Error() string {
	return fmt.Sprintf("%d signals are kept for the fan already, and none was taken", e.Most)
}

const (
	addSignal    = `INSERT INTO signals (account, openid, name, id, no, data, taken, expires) VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (account, openid, name, id) DO NOTHING`
	countSignals = `SELECT count(*), coalesce(sum(1 - taken), 0) FROM signals WHERE account = ? AND openid = ? AND expires > ?`
	firstSignal  = `SELECT id, data FROM signals WHERE account = ? AND openid = ? AND name = ? AND taken = 0 AND expires > ? ORDER BY no LIMIT 1`
	takeSignal   = `UPDATE signals SET taken = 1, data = ? WHERE account = ? AND openid = ? AND name = ? AND id = ?`
	dropSignals  = `DELETE FROM signals WHERE account = ? AND openid = ?`
	wasTaken     = `SELECT taken FROM signals WHERE account = ? AND openid = ? AND name = ? AND id = ?`
	dropExpired  = `DELETE FROM signals WHERE account = ? AND openid = ? AND name = ? AND id = ? AND expires <= ?`
	dropOldest   = `DELETE FROM signals WHERE account = ? AND openid = ? AND taken = 1 AND no <= (
	SELECT no FROM signals WHERE account = ? AND openid = ? AND taken = 1 ORDER BY no LIMIT 1 OFFSET 99)`
	wakeBySignal = `UPDATE conversations SET due = ?, why = 'signal' WHERE account = ? AND openid = ? AND state = 'waits' AND kind = 'signal' AND question = ? AND NOT (why = 'signal')`
	waitsSignal  = `SELECT 1 FROM conversations WHERE account = ? AND openid = ? AND state = 'waits' AND kind = 'signal' AND question = ?`
)

func hasSignal(v reader, account, openid, name string, now time.Time) (bool, error) {
	var id string
	var data []byte
	return v.row(firstSignal, []any{account, openid, name, now.UnixMilli()}, &id, &data)
}

// Signal keeps a signal, and lets the conversation that waits for it go on; now is false when it is kept for one that will.
// Of a repeat it says what has become of the first by now.
func (s *Store) Signal(ctx context.Context, account string, sig Signal) (now bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		now, err = s.signal(b, account, sig)
		return err
	})
	return now && err == nil, err
}

func (s *Store) signal(b *batch, account string, sig Signal) (woken bool, err error) {
	if len(sig.Data) > MaxSignal || utf8.RuneCountInString(sig.ID) > MaxSignalID {
		return false, fmt.Errorf("%w: a signal may have %d bytes of data, and an id of %d characters", ErrTooLarge, MaxSignal, MaxSignalID)
	}
	fresh, err := s.putSignal(b, account, sig)
	if err != nil {
		return false, err
	}
	if !fresh {
		var taken int
		if _, err := b.row(wasTaken, []any{account, sig.OpenID, sig.Name, sig.ID}, &taken); err != nil || taken == 1 {
			return taken == 1, err
		}
	}
	var one int
	woken, err = b.row(waitsSignal, []any{account, sig.OpenID, sig.Name}, &one)
	if err != nil || !woken || !fresh {
		return woken, err
	}
	return true, b.exec(wakeBySignal, s.now().UnixMilli(), account, sig.OpenID, sig.Name)
}

// putSignal keeps a signal; fresh is false when it, or one of its id, is known.
func (s *Store) putSignal(b *batch, account string, sig Signal) (fresh bool, err error) {
	now := s.now()
	var all, open int
	if _, err := b.row(countSignals, []any{account, sig.OpenID, now.UnixMilli()}, &all, &open); err != nil {
		return false, err
	}
	no := s.newID()
	id := sig.ID
	if id == "" {
		id = "\x00" + formatTrace(no)
	} else if err := b.exec(dropExpired, account, sig.OpenID, sig.Name, id, now.UnixMilli()); err != nil {
		return false, err
	}
	if all >= maxSignalIDs {
		if err := b.exec(dropOldest, account, sig.OpenID, account, sig.OpenID); err != nil {
			return false, err
		}
	}
	n, err := b.change(addSignal, account, sig.OpenID, sig.Name, id, no, present(sig.Data), now.Add(SignalLife).UnixMilli())
	if err != nil || n == 0 || open < MaxSignals {
		return n == 1, err
	}
	if err := b.exec(dropExpired, account, sig.OpenID, sig.Name, id, now.Add(SignalLife).UnixMilli()); err != nil {
		return false, err
	}
	return false, &SignalsFullError{MaxSignals}
}

// Signal is [Store.Signal] as a change of the turn.
func (t *Turn) Signal(ctx context.Context, sig Signal, value func(now bool) any) (now bool, err error) {
	err = t.change(ctx, "", func(b *batch) error {
		if now, err = t.store.signal(b, t.key.Account, sig); err != nil {
			return err
		}
		return t.noted(b, value(now))
	})
	return now && err == nil, err
}

// TakeSignal takes the oldest signal of that name that is kept for the turn's fan.
func (t *Turn) TakeSignal(ctx context.Context, name string) (data []byte, found bool, err error) {
	there, err := hasSignal(t.store.committed(ctx), t.key.Account, t.key.OpenID, name, t.store.now())
	if err != nil || !there {
		return nil, false, err
	}
	err = t.change(ctx, "", func(b *batch) error {
		var id string
		found, err = b.row(firstSignal, []any{t.key.Account, t.key.OpenID, name, t.store.now().UnixMilli()}, &id, &data)
		if err != nil || !found {
			return err
		}
		if err := b.exec(takeSignal, []byte{}, t.key.Account, t.key.OpenID, name, id); err != nil {
			return err
		}
		return t.noted(b, string(data))
	})
	return data, found && err == nil, err
}

// Start begins a conversation of another fan, or of the turn's own, which runs behind the turn. The error is ErrBusy when
// the fan has one already and it is not to be replaced.
func (t *Turn) Start(ctx context.Context, c Conversation, entries []byte, replace bool) error {
	now := t.store.now()
	c.Account, c.State, c.Pieces, c.Started, c.Changed, c.Due, c.Why = t.key.Account, ConversationStarting, 1, now, now, now, DueResume
	return t.change(ctx, "", func(b *batch) error {
		old, err := readConversations(b, oneConversation, c.Account, c.OpenID)
		if err != nil {
			return err
		}
		if len(old) > 0 && !replace && old[0].State != ConversationFailed && old[0].State != ConversationGone {
			return ErrBusy
		}
		if err := b.startConversation(c); err != nil {
			return err
		}
		if _, err := b.addPiece(c.Account, c.ID, 1, entries); err != nil {
			return err
		}
		return t.noted(b, c.ID)
	})
}
