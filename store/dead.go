package store

import "context"

// watched is what this node has last seen of another.
type watched struct {
	epoch, until int64
	looks        int // in a row without a change
	lapsed       int // how many of them found it past its life
}

// watch counts how often another node was seen without a new beat.
func (n *node) watch(r nodeRow, tick bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.watched[r.id]
	switch {
	case w.epoch != r.epoch || w.until != r.until:
		w = watched{epoch: r.epoch, until: r.until, looks: 1}
	case tick:
		w.looks++
		if r.until <= n.store.now().UnixMilli() {
			w.lapsed++
		}
	}
	n.watched[r.id] = w
}

func (n *node) silent(r nodeRow) bool {
	if r.until > n.store.now().UnixMilli() {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.watched[r.id]
	return w.epoch == r.epoch && w.until == r.until && w.looks >= silentLooks && w.lapsed >= lapsedLooks
}

// holds reports whether a process holds the id.
func (n *node) holds(id int64) (bool, error) {
	if id == n.id {
		return true, nil
	}
	return nodeLockHeld(n.store.nodePath(id))
}

// dead reports whether what that epoch of a node has claimed may be taken over. Who takes over must bury it
// first, so that it notices.
func (n *node) dead(v reader, id, epoch int64) (bool, error) {
	var r nodeRow
	found, err := v.row(loadNode, []any{id}, &r.id, &r.epoch, &r.until, &r.seen)
	if err != nil || !found || r.epoch != epoch || r.until == 0 {
		return true, err
	}
	if n.silent(r) {
		return id != n.id, nil
	}
	held, err := n.holds(id)
	return !held, err
}

// gone reports whether the process of that epoch surely runs no more, and does not only stand still.
func (n *node) gone(v reader, id, epoch int64) (bool, error) {
	var r nodeRow
	found, err := v.row(loadNode, []any{id}, &r.id, &r.epoch, &r.until, &r.seen)
	if err != nil || !found || r.epoch != epoch {
		return true, err
	}
	held, err := n.holds(id)
	return !held, err
}

// bury ends the epoch of a node, and the place of its turns in the lines of their fans.
func bury(b *batch, id, epoch int64) error {
	if err := b.exec(buryNode, id, epoch); err != nil {
		return err
	}
	return b.exec(buryLine, id, epoch)
}

func (n *node) bury(ctx context.Context, r nodeRow) error {
	return n.store.writer.do(ctx, true, func(b *batch) error { return n.buryDead(b, r.id, r.epoch) })
}

// buryDead buries a node if it is dead still, now that nobody can write.
func (n *node) buryDead(b *batch, id, epoch int64) error {
	dead, err := n.dead(b, id, epoch)
	if err != nil || !dead {
		return err
	}
	return bury(b, id, epoch)
}

// assert makes sure that this node's epoch is not over, once in each transaction.
func (n *node) assert(b *batch) error {
	if b.asserted {
		return nil
	}
	var one int
	found, err := b.row(assertNode, []any{n.id, n.epoch.Load()}, &one)
	if err != nil {
		return err
	}
	if !found {
		n.doubt()
		return errEpochOver
	}
	b.asserted = true
	return nil
}
