package store

import "context"

const (
	takeInto   = `INSERT INTO claims (account, key, fan, seq, node, epoch, turn, state, waiters, began) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`
	takeClaim  = takeInto + ` ON CONFLICT (account, key) DO NOTHING`
	takeAlone  = `INSERT INTO claims (account, key, fan, node, epoch, turn, state, waiters, began) VALUES (?, ?, ?, ?, ?, ?, 1, 0, ?) ON CONFLICT (account, key) DO NOTHING`
	adoptClaim = `UPDATE claims SET epoch = ?, seq = ? WHERE account = ? AND key = ? AND node = ? AND epoch = ? AND turn = ? AND state < 2`
	actClaim   = `UPDATE claims SET state = 1 WHERE account = ? AND key = ? AND node = ? AND epoch = ? AND turn = ? AND state = 0`
	dropClaim  = `DELETE FROM claims WHERE account = ? AND key = ? AND node = ? AND turn = ? AND state = 0`
	leaveLine  = `UPDATE claims SET seq = NULL WHERE account = ? AND key = ? AND node = ? AND turn = ?`
)

// own makes sure that the claim is this turn's: it claims a message that has none, in the given state, and takes
// back a claim of this node's last epoch that nobody has taken over.
func (t *Turn) own(b *batch, state int) error {
	if t.hold.Load() != held {
		return t.claim(b, state)
	}
	epoch := t.store.node.epoch.Load()
	if t.epoch == epoch {
		return nil
	}
	seq, err := t.newPlace(b)
	if err != nil {
		return err
	}
	n, err := b.change(adoptClaim, epoch, sqlSeq(seq), t.key.Account, t.key.Key[:], t.store.node.id, t.epoch, t.owner)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrClaimed
	}
	t.epoch = epoch
	t.seq.Store(seq)
	return nil
}

// claim takes the message unless another run has it. A claim past its life is free, and so is a dead process's
// that has changed nothing.
func (t *Turn) claim(b *batch, state int) error {
	seq, err := t.newPlace(b)
	if err != nil {
		return err
	}
	epoch, now := t.store.node.epoch.Load(), t.store.now()
	var n int64
	if seq == 0 && state == claimActed {
		n, err = b.change(takeAlone, t.key.Account, t.key.Key[:], t.key.OpenID, t.store.node.id, epoch, t.owner, now.UnixMilli())
	} else {
		n, err = b.change(takeClaim, t.key.Account, t.key.Key[:], t.key.OpenID, sqlSeq(seq), t.store.node.id, epoch, t.owner, state, now.UnixMilli())
	}
	if err != nil {
		return err
	}
	if n == 0 {
		if err := t.takeOver(b, state, seq); err != nil {
			return err
		}
	}
	t.epoch, t.acted = epoch, state == claimActed
	t.seq.Store(seq)
	t.hold.Store(held)
	return nil
}

// newPlace is the end of the fan's line; none while nobody else needs to know.
func (t *Turn) newPlace(b *batch) (seq int64, err error) {
	if t.store.Alone() {
		return 0, nil
	}
	seq, _, err = t.place(b, false)
	return seq, err
}

// takeOver makes a claim this turn's that is past its life, or has no live owner and has changed nothing.
func (t *Turn) takeOver(b *batch, state int, seq int64) error {
	c, _, err := findClaim(b, t.key.Account, t.key.Key, 0)
	if err != nil {
		return err
	}
	old, n := c.At.UnixMilli() <= t.store.outlived(), t.store.node
	if c.Acted && !old || c.owner.node == n.id && c.owner.epoch == n.epoch.Load() && !c.Finished {
		return ErrClaimed
	}
	if !c.Finished {
		dead, err := t.takeFromDead(b, c)
		if err != nil {
			return err
		}
		if !dead {
			return ErrClaimed
		}
	}
	return t.inherit(b, state, seq, t.store.now())
}

const stakeClaim = takeInto + ` ON CONFLICT (account, key) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq
	WHERE claims.node = excluded.node AND claims.turn = excluded.turn AND claims.state < 2`

// stake claims the message on the turn's behalf, while it runs. When another run holds the message, the turn
// will notice by itself.
func (t *Turn) stake(b *batch) error {
	if t.key.Job != nil {
		return b.exec(stakeJob, t.store.node.epoch.Load(), t.store.node.id, t.key.Job.run)
	}
	fresh := t.hold.CompareAndSwap(free, held)
	if !fresh && t.hold.Load() == ended {
		return nil
	}
	seq, _, err := t.place(b, false)
	if err != nil {
		return err
	}
	state, epoch := claimRuns, t.store.node.epoch.Load()
	if t.acted {
		state = claimActed
	}
	n, err := b.change(stakeClaim, t.key.Account, t.key.Key[:], t.key.OpenID, sqlSeq(seq), t.store.node.id, epoch, t.owner, state, t.store.now().UnixMilli())
	if err == nil && n == 1 {
		t.epoch = epoch
		t.seq.Store(seq)
		return t.tell(b)
	}
	if fresh {
		t.hold.Store(free)
	}
	return err
}

// Release gives the message up, so that a repeat runs it anew, here or elsewhere; not when the turn has acted.
func (t *Turn) Release(ctx context.Context) error {
	if t.hold.CompareAndSwap(free, ended) || t.hold.Load() == ended {
		return nil
	}
	err := t.store.writer.do(ctx, true, func(b *batch) error {
		return b.exec(dropClaim, t.key.Account, t.key.Key[:], t.store.node.id, t.owner)
	})
	if err == nil {
		t.seq.Store(0)
	}
	return err
}

// Leave lets the fan's next turn in another process begin.
func (t *Turn) Leave(ctx context.Context) error {
	if t.seq.Load() == 0 {
		return nil
	}
	err := t.store.writer.do(ctx, true, func(b *batch) error {
		return b.exec(leaveLine, t.key.Account, t.key.Key[:], t.store.node.id, t.owner)
	})
	if err == nil {
		t.seq.Store(0)
	}
	return err
}
