package store

import (
	"context"
	"time"
)

// Standing is what Begin found of a message.
type Standing struct {
	// Mine says that this turn shall run; Behind, that an earlier turn of its fan still runs in another process.
	Mine, Behind bool
	// Done says that the message was answered, with Reply. Interrupted: its run died after it had acted; the
	// caller, and nobody else, reports that.
	Done, Interrupted bool
	Reply             []byte
	// Began is when the message was claimed first.
	Began time.Time

	took bool // this Begin has given the reply; nobody had before
}

const (
	inheritClaim = `UPDATE claims SET fan = ?, seq = ?, node = ?, epoch = ?, turn = ?, state = ?, waiters = CASE WHEN ? AND waiters > 0 THEN waiters - 1 ELSE waiters END,
	reply = NULL, began = ? WHERE account = ? AND key = ?`
	lastInLine  = `SELECT coalesce(max(seq), 0) FROM claims WHERE account = ? AND fan = ? AND seq IS NOT NULL`
	aheadInLine = `SELECT DISTINCT node, epoch FROM claims WHERE account = ? AND fan = ? AND seq IS NOT NULL AND seq < ? AND node <> ?`
	addWaiter   = `UPDATE claims SET waiters = waiters + ? WHERE account = ? AND key = ? AND state < 2`
	giveClaim   = `UPDATE claims SET state = 3 WHERE account = ? AND key = ? AND state = 2`
	returnClaim = `UPDATE claims SET state = 2 WHERE account = ? AND key = ? AND state = 3`
)

// Begin claims the message before the turn runs, when other processes may get it too, and returns once that
// is committed. A message that another run holds is not claimed; this turn then counts among those that wait
// for its reply until it calls Begin again or Unwait. unordered says that the turn need not wait for others of
// its fan, nor they for it.
func (t *Turn) Begin(ctx context.Context, unordered bool) (st Standing, err error) {
	err = t.do(ctx, true, func(b *batch) error {
		st, err = t.begin(b, unordered)
		if err == nil && st.Mine {
			t.hold.Store(held)
		}
		return err
	})
	if err != nil {
		if st.Mine { // the commit failed
			t.hold.CompareAndSwap(held, free)
		}
		return Standing{}, err
	}
	t.waits, t.took = !st.Mine && !st.Done, st.took
	return st, nil
}

func (t *Turn) begin(b *batch, unordered bool) (Standing, error) {
	seq, behind, err := t.place(b, unordered)
	if err != nil {
		return Standing{}, err
	}
	st, now := Standing{Mine: true}, t.store.now()
	st.Began = now
	n, err := b.change(takeClaim, t.key.Account, t.key.Key[:], t.key.OpenID, sqlSeq(seq), t.store.node.id, t.store.node.epoch.Load(), t.owner, claimRuns, now.UnixMilli())
	if err != nil {
		return Standing{}, err
	}
	if n == 0 {
		if st, err = t.meet(b, seq); err != nil {
			return Standing{}, err
		}
	}
	if st.Mine {
		st.Behind = behind
		t.epoch, t.acted, t.begun = t.store.node.epoch.Load(), false, false
		t.seq.Store(seq)
	}
	return st, nil
}

// place is where the turn stands in its fan's line: behind, when others are ahead.
func (t *Turn) place(b *batch, unordered bool) (seq int64, behind bool, err error) {
	if unordered || t.key.OpenID == "" {
		return 0, false, nil
	}
	var last int64
	if _, err := b.row(lastInLine, []any{t.key.Account, t.key.OpenID}, &last); err != nil {
		return 0, false, err
	}
	return last + 1, last > 0, nil
}

// sqlSeq is a place in a line as the database has it.
func sqlSeq(seq int64) any {
	if seq == 0 {
		return nil
	}
	return seq
}

// meet settles what becomes of a message that was claimed before.
func (t *Turn) meet(b *batch, seq int64) (st Standing, err error) {
	c, _, err := findClaim(b, t.key.Account, t.key.Key, 0)
	if err != nil {
		return Standing{}, err
	}
	old := c.At.UnixMilli() <= t.store.outlived()
	st = Standing{Began: c.At, Reply: c.Reply, Done: c.Finished}
	switch {
	case c.Finished && old:
		now := t.store.now()
		return Standing{Mine: true, Began: now}, t.inherit(b, claimRuns, seq, now)
	case c.Finished:
		n, err := b.change(giveClaim, t.key.Account, t.key.Key[:])
		st.took = n == 1
		return st, err
	}
	ownerless, err := t.takeFromDead(b, c)
	switch {
	case err != nil:
	case !ownerless && !t.waits:
		err = b.exec(addWaiter, 1, t.key.Account, t.key.Key[:])
	case !ownerless:
	case !c.Acted || old:
		st.Mine = true
		if old {
			st.Began = t.store.now()
		}
		err = t.inherit(b, claimRuns, seq, st.Began)
	default:
		st.Done, st.Interrupted = true, true
		err = b.exec(abandonClaim, c.Account, c.Key[:], c.owner.node, c.owner.epoch, c.owner.turn)
	}
	return st, err
}

// takeFromDead reports whether nobody runs the turn that has claimed the message: its process is dead, which is
// made sure of here; or it is this process, which has no other turn for the message.
func (t *Turn) takeFromDead(b *batch, c Claim) (bool, error) {
	n := t.store.node
	if c.owner.node == n.id && c.owner.epoch == n.epoch.Load() {
		return true, nil
	}
	dead, err := n.dead(b, c.owner.node, c.owner.epoch)
	if err != nil || !dead {
		return false, err
	}
	return true, bury(b, c.owner.node, c.owner.epoch)
}

// inherit makes the claim this turn's.
func (t *Turn) inherit(b *batch, state int, seq int64, began time.Time) error {
	n := t.store.node
	return b.exec(inheritClaim, t.key.OpenID, sqlSeq(seq), n.id, n.epoch.Load(), t.owner, state, t.waits, began.UnixMilli(), t.key.Account, t.key.Key[:])
}

// orderPoll is how often a turn looks whether those ahead of it, in other processes, are over.
const orderPoll = 25 * time.Millisecond

// InOrder waits until no earlier turn of the fan runs in another process. wait returns when some time has passed or ctx
// has ended.
func (t *Turn) InOrder(ctx context.Context, wait func(context.Context, time.Duration)) error {
	for {
		ahead, err := t.ahead(ctx)
		if err != nil || !ahead {
			return err
		}
		if wait(ctx, orderPoll); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (t *Turn) ahead(ctx context.Context) (bool, error) {
	type place struct{ node, epoch int64 }
	var ahead []place
	n := t.store.node
	err := t.store.committed(ctx).rows(aheadInLine, []any{t.key.Account, t.key.OpenID, t.seq.Load(), n.id}, func(scan func(...any) error) error {
		var p place
		err := scan(&p.node, &p.epoch)
		ahead = append(ahead, p)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, p := range ahead {
		dead, err := n.dead(t.store.committed(ctx), p.node, p.epoch)
		if err != nil || !dead {
			return err == nil, err
		}
		if err := n.bury(ctx, nodeRow{id: p.node, epoch: p.epoch}); err != nil {
			return false, err
		}
	}
	return false, nil
}

// Stirred reports whether Begin would find something else than that another run holds the message.
func (t *Turn) Stirred(ctx context.Context) (bool, error) {
	v := t.store.committed(ctx)
	c, held, err := findClaim(v, t.key.Account, t.key.Key, 0)
	if err != nil || !held || c.Finished {
		return true, err
	}
	return t.store.node.dead(v, c.owner.node, c.owner.epoch)
}

// Unwait says that nobody waits here any more for the reply of the run that holds the message.
func (t *Turn) Unwait(ctx context.Context) error {
	if !t.waits {
		return nil
	}
	t.waits = false
	return t.store.writer.do(ctx, true, func(b *batch) error {
		return b.exec(addWaiter, -1, t.key.Account, t.key.Key[:])
	})
}

// Untaken says that the reply that Begin gave reached nobody. False: the process that owns it relies on its
// having been given, and the caller must bring it to the fan in another way.
func (t *Turn) Untaken(ctx context.Context) (returned bool, err error) {
	if !t.took {
		return true, nil
	}
	t.took = false
	err = t.store.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(returnClaim, t.key.Account, t.key.Key[:])
		returned = n == 1
		return err
	})
	return returned && err == nil, err
}
