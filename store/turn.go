package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// defaultSessionTTL is how long a session lasts after its last change.
const defaultSessionTTL = 24 * time.Hour

// MaxSession bounds a session, MaxReply a kept reply, in bytes.
const (
	MaxSession = 64 << 10
	MaxReply   = 256 << 10
)

// TurnKey names one turn: the message that it is for.
type TurnKey struct {
	Account   string
	Key       [16]byte // de-duplication key of the message
	OpenID    string   // the fan; "" when the sender is none: such a turn has no session
	At        time.Time
	Unclaimed bool   // it is for no message: what runs twice is done twice, and Key counts for nothing
	Quota     int64  // bytes that the account's keys and values may have together; 0 = any
	Hook      string // the hook whose call it is, by its Key; "": of none
	Job       *Job   // that it runs, as TakeJob gave it: that row is its claim, and Unclaimed is set
}

// Result is how a turn ends.
type Result struct {
	Reply          []byte // kept with the claim for repeats of the message; nil = silence
	Session        []byte // nil removes the session
	SessionChanged bool
	SessionTTL     time.Duration // 0 = DefaultSessionTTL
	// Away says that nobody waits in this process and that the reply will be sent in another way, unless
	// somebody waits elsewhere (Awaited); later repeats then get Told.
	Away bool
	Told []byte
	// Take are answers kept for the fan that the reply holds, Keep are those to be kept for the fan from now on: neither
	// happens without the reply. Only the turn of a message has them.
	Take []int64
	Keep [][]byte
	// Hook is the answer to a call of a hook, kept for HookLife.
	Hook *HookCall
	// Talk is what becomes of the conversation that the turn carries on.
	Talk *TalkEnd
	// Job says of the job that ran, as it stands, what becomes of it.
	Job func(Job) JobEnd
	// Again says that the turn failed and may be run anew: its claim goes, and Reply with it.
	Again bool
	// More says that messages to the fan follow: the fan's next turn begins after Leave.
	More bool
}

// Turn is the durable half of one turn. It claims the message with its first write, in the same commit,
// or, when other processes take messages too, with Begin; and it completes the claim, with the reply, in its
// last. What it writes takes effect at once. When a commit fails after that, the turn is spoilt: every later
// call says ErrLost, and the message may be run anew by another Turn. A Turn belongs to one goroutine.
type Turn struct {
	store *Store
	key   TurnKey
	owner int64
	born  int64        // the node's epoch when the turn began
	hold  atomic.Int32 // free, held or ended
	seq   atomic.Int64 // place in the fan's line; 0 = none
	asks  atomic.Pointer[[]byte]

	// Of the writer's goroutine.
	epoch  int64 // of the claim
	acted  bool  // the claim says so
	begun  bool  // the call of a hook that it is stands in the store
	pieces int   // of the journal of its job

	talk  *Talk                  // the conversation that it carries on; nil = none
	along func(value any) []byte // what the next change adds to the journal of that; nil = nothing

	last    *batch      // the newest transaction that this turn wrote in; nil = it has written nothing
	waits   bool        // counted among those that wait for another run's reply
	took    bool        // it has given another run's reply
	awaited atomic.Bool // deliveries of the message waited in other processes when it ended
}

// Whether a turn has claimed its message.
const (
	free  = iota
	held  // there is a claim
	ended // there is none, and there will be none
)

// Turn begins a turn. Nothing touches the disk until the first call.
func (s *Store) Turn(k TurnKey) *Turn {
	return &Turn{store: s, key: k, owner: int64(s.serial.Add(1)), born: s.node.epoch.Load()}
}

// Wrote reports whether the turn has written something, or called Claim.
func (t *Turn) Wrote() bool { return t.last != nil }

// Claim marks before the turn's first outward effect that it acts, and returns once that is on the disk. The
// error is ErrClaimed when another run holds the message or has finished it.
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
	err := t.do(ctx, true, func(b *batch) error {
		err := t.enter(b)
		if err == nil {
			in = b
		}
		return err
	})
	if in != nil {
		t.last = in
	}
	return err
}

// do runs fn in the open transaction, which asserts that this node's epoch is not over. When it is, the node
// begins anew, and fn runs in the new epoch.
func (t *Turn) do(ctx context.Context, committed bool, fn func(*batch) error) error {
	return t.store.asNode(ctx, committed, fn)
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

// change runs fn in the open transaction, after marking the claim as acted if this is the turn's first write.
func (t *Turn) change(ctx context.Context, name string, fn func(*batch) error) error {
	return t.do(ctx, false, func(b *batch) error {
		if err := t.enter(b); err != nil {
			return err
		}
		if err := t.stillCarried(b); err != nil {
			return err
		}
		t.last = b
		t.store.writer.unsettled.add(name)
		return fn(b)
	})
}

// enter makes sure that the turn holds the message, that its claim says that it acts, and that it has lost
// nothing. Transactions follow one another, so an earlier one has ended when the next is open.
func (t *Turn) enter(b *batch) error {
	if err := t.spoilt(); err != nil || t.key.Unclaimed {
		if err == nil && t.key.Job != nil {
			return t.actJob(b)
		}
		return err
	}
	if err := t.own(b, claimActed); err != nil {
		return err
	}
	if err := t.act(b); err != nil {
		return err
	}
	return t.beginHook(b)
}

// act makes the claim say that the turn has acted.
func (t *Turn) act(b *batch) error {
	if t.acted {
		return nil
	}
	n, err := b.change(actClaim, t.key.Account, t.key.Key[:], t.store.node.id, t.epoch, t.owner)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrClaimed
	}
	t.acted = true
	return nil
}

const finishAlone = `UPDATE claims SET state = 2, reply = ? WHERE account = ? AND key = ? AND turn = ? AND state < 2`

const finishClaim = `UPDATE claims SET state = CASE WHEN ? AND waiters = 0 THEN 4 ELSE 2 END, reply = CASE WHEN ? AND waiters = 0 THEN ? ELSE ? END,
	seq = CASE WHEN ? THEN seq ELSE NULL END WHERE account = ? AND key = ? AND node = ? AND epoch = ? AND turn = ? AND state < 2 RETURNING waiters`

// Finish ends the turn: the reply completes the claim and the session is saved, in one commit with
// whatever else is open, and Finish returns once it is on the disk. A turn that has no claim, has written
// nothing, has no changed session and neither takes nor keeps an answer returns at once. With ErrClaimed, when another
// run has taken the message, nothing is saved; nor with ErrFetched, after which the turn may be finished otherwise.
func (t *Turn) Finish(ctx context.Context, r Result) error {
	if t.key.OpenID == "" {
		r.SessionChanged = false
	}
	leaves := r.SessionChanged || r.Hook != nil || r.Talk != nil || r.Job != nil || len(r.Keep) > 0 || len(r.Take) > 0
	if !leaves && t.last == nil && t.hold.Load() == free {
		if err := t.store.node.gate(ctx); err != nil {
			return err
		}
		if t.born == t.store.node.epoch.Load() && t.hold.CompareAndSwap(free, ended) {
			return nil
		}
	}
	if len(r.Reply) > MaxReply || r.keepsTooMuch() || len(r.Session) > MaxSession {
		return fmt.Errorf("%w: a reply may have %d bytes, a session %d", ErrTooLarge, MaxReply, MaxSession)
	}
	err := t.do(ctx, true, func(b *batch) error { return t.finish(b, r) })
	if err == nil && !r.More {
		t.seq.Store(0)
	}
	return err
}

// finish runs in the writer's goroutine, perhaps after its caller's ctx has ended.
func (t *Turn) finish(b *batch, r Result) error {
	if err := t.spoilt(); err != nil {
		return err
	}
	if err := t.overtaken(b, r.Talk); err != nil {
		return err
	}
	if t.key.Unclaimed {
		if err := t.keepSession(b, r, nil); err != nil || r.Job == nil {
			return err
		}
		return t.store.endJob(b, t.store.node.id, t.key.Job.run, r.Job)
	}
	if err := t.missing(b, r); err != nil {
		return err
	}
	if err := t.own(b, claimActed); err != nil {
		return err
	}
	if r.Again {
		return t.giveBack(b)
	}
	if err := t.keepHook(b, r.Hook); err != nil {
		return err
	}
	if t.seq.Load() == 0 && !r.Away && t.store.Alone() {
		n, err := b.change(finishAlone, r.Reply, t.key.Account, t.key.Key[:], t.owner)
		if err == nil && n == 0 {
			err = ErrClaimed
		}
		return t.keepSession(b, r, err)
	}
	var waiters int64
	found, err := b.row(finishClaim, []any{
		r.Away, r.Away, r.Told, r.Reply, r.More, t.key.Account, t.key.Key[:], t.store.node.id, t.epoch, t.owner,
	}, &waiters)
	if err != nil {
		return err
	}
	if !found {
		return ErrClaimed
	}
	t.awaited.Store(waiters > 0)
	return t.keepSession(b, r, nil)
}

// keepSession saves what goes with the reply, unless that could not be saved.
func (t *Turn) keepSession(b *batch, r Result, err error) error {
	if err == nil {
		err = t.exchange(b, r)
	}
	if err == nil {
		err = t.keepTalk(b, r.Talk)
	}
	if err != nil || !r.SessionChanged {
		return err
	}
	return t.saveSession(b, r)
}

// Awaited reports whether deliveries of the message waited in other processes when the turn finished.
func (t *Turn) Awaited() bool { return t.awaited.Load() }
