package store

import (
	"context"
	"errors"
	"time"
)

// nodeRow is a row of nodes.
type nodeRow struct{ id, epoch, until, seen int64 }

const (
	allNodes  = `SELECT id, epoch, alive_until, seen FROM nodes`
	loadNode  = `SELECT id, epoch, alive_until, seen FROM nodes WHERE id = ?`
	enterNode = `INSERT INTO nodes (id, epoch, alive_until, version, schema, seen) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, alive_until = excluded.alive_until,
		version = excluded.version, schema = excluded.schema, seen = excluded.seen`
	beatNode   = `UPDATE nodes SET alive_until = ?, seen = ? WHERE id = ? AND epoch = ? AND alive_until > 0`
	assertNode = `SELECT 1 FROM nodes WHERE id = ? AND epoch = ? AND alive_until > 0`
	buryNode   = `UPDATE nodes SET alive_until = 0 WHERE id = ? AND epoch = ?`
	buryLine   = `UPDATE claims SET seq = NULL WHERE seq IS NOT NULL AND node = ? AND epoch = ?`
)

// enter begins a new epoch of this node. The row of an earlier one goes with it.
func (n *node) enter(ctx context.Context) error {
	var epoch int64
	err := n.store.writer.do(ctx, true, func(b *batch) error {
		rows, err := readNodes(b)
		if err != nil {
			return err
		}
		epoch = newest(rows) + 1
		return b.exec(enterNode, n.id, epoch, n.aliveUntil(), n.version, n.schema, epoch)
	})
	if err == nil {
		n.epoch.Store(epoch)
		n.seen = epoch
	}
	return err
}

// aliveUntil is how long a beat of now counts, by the database's clock. SQLite's is the machine's.
func (n *node) aliveUntil() int64 { return n.store.now().Add(nodeLife).UnixMilli() }

func readNodes(v reader) (rows []nodeRow, err error) {
	err = v.rows(allNodes, nil, func(scan func(...any) error) error {
		var r nodeRow
		err := scan(&r.id, &r.epoch, &r.until, &r.seen)
		rows = append(rows, r)
		return err
	})
	return rows, err
}

func newest(rows []nodeRow) (epoch int64) {
	for _, r := range rows {
		epoch = max(epoch, r.epoch)
	}
	return epoch
}

// beat looks at the other nodes and, unless this one is alone, shows them that it lives. What it proves it
// proves for the moment at which it began.
func (n *node) beat(ctx context.Context, tick bool) error {
	began := time.Now()
	rows, err := readNodes(n.store.committed(ctx))
	if err != nil {
		return err
	}
	over, others := true, rows[:0:0]
	for _, r := range rows {
		if r.id != n.id {
			others = append(others, r)
		} else {
			over = r.epoch != n.epoch.Load() || r.until == 0
		}
	}
	if over {
		return n.rejoin(ctx)
	}
	there, err := n.look(ctx, others, tick)
	if err != nil {
		return err
	}
	if there {
		err = n.beside(ctx, newest(rows))
	} else {
		err = n.stand(ctx)
	}
	if errors.Is(err, errEpochOver) {
		return n.rejoin(ctx)
	}
	if err != nil {
		return err
	}
	if err := n.confirm(ctx, others); err != nil {
		return err
	}
	n.beaten.Store(&began)
	return nil
}

// look reports whether other processes are there, and ends the epochs of those that have died.
func (n *node) look(ctx context.Context, others []nodeRow, tick bool) (there bool, err error) {
	buried := false
	for i, r := range others {
		held, err := n.holds(r.id)
		if err != nil {
			return false, err
		}
		there = there || held
		switch {
		case r.until == 0: // it may be stopped, and come back
		case held:
			n.watch(r, tick)
		default:
			if err := n.bury(ctx, r); err != nil {
				return false, err
			}
			n.store.log.Info("a process that shared the database has died", "node", r.id)
			others[i].until, buried = 0, true
		}
	}
	if host := n.hosted(); buried && there && host != nil {
		return there, host.Recall(ctx, false)
	}
	return there, nil
}

// beside is a beat in company. Before others may rely on it that this node knows of them, the turns that it
// began without a claim get theirs.
func (n *node) beside(ctx context.Context, newest int64) error {
	if n.alone.Swap(false) {
		n.store.log.Info("another process shares the database now")
	}
	if newest > n.seen {
		if err := n.claimUnderWay(ctx); err != nil {
			return err
		}
		n.seen = newest
	}
	return n.store.writer.do(ctx, true, func(b *batch) error {
		rows, err := b.change(beatNode, n.aliveUntil(), n.seen, n.id, n.epoch.Load())
		if err == nil && rows == 0 {
			err = errEpochOver
		}
		return err
	})
}

// stand is a beat of a node without company: nothing is written.
func (n *node) stand(ctx context.Context) error {
	if n.alone.Load() {
		return nil
	}
	if host := n.hosted(); host != nil {
		if err := host.Recall(ctx, true); err != nil {
			return err
		}
		n.store.log.Info("no other process shares the database any more")
	}
	n.alone.Store(true)
	return nil
}

// confirm finds out whether all live nodes know of this epoch.
func (n *node) confirm(ctx context.Context, others []nodeRow) error {
	if n.confirmed.Load() {
		return nil
	}
	for _, r := range others {
		if r.until == 0 || r.seen >= n.epoch.Load() {
			continue
		}
		dead, err := n.dead(n.store.committed(ctx), r.id, r.epoch)
		if err != nil {
			return err
		}
		if !dead {
			return nil
		}
		if err := n.bury(ctx, r); err != nil {
			return err
		}
	}
	n.confirmed.Store(true)
	return nil
}

// rejoin begins anew after the others have taken this node for dead. What nobody has taken over meanwhile is
// its own again; the rest has become another's.
func (n *node) rejoin(ctx context.Context) error {
	n.store.log.Warn("this process stood still and was taken for dead by the others; it begins anew")
	n.confirmed.Store(false)
	n.alone.Store(false)
	if err := n.enter(ctx); err != nil {
		return err
	}
	return n.claimUnderWay(ctx)
}

func (n *node) claimUnderWay(ctx context.Context) error {
	host := n.hosted()
	if host == nil {
		return nil
	}
	turns := host.UnderWay()
	if len(turns) == 0 {
		return nil
	}
	return n.store.writer.do(ctx, true, func(b *batch) error {
		for _, t := range turns {
			if err := t.stake(b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (n *node) hosted() Host {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.host
}
