package store

import "context"

// Whereabouts says where a reply is that this process has not given.
type Whereabouts int

// Who brings the reply to the fan.
const (
	Ours  Whereabouts = iota // this process, in another way
	Given                    // another process has given it to a repeat
	Lost                     // another process has taken over the message, and answers it
)

const settleClaim = `UPDATE claims SET reply = ?, state = ? WHERE account = ? AND key = ?`

// Settle asks, before a finished turn's reply is sent in another way, whether that is still this process's to do.
// If so, later repeats get told. A process that is alone has nobody to ask.
func (t *Turn) Settle(ctx context.Context, told []byte) (w Whereabouts, err error) {
	n := t.store.node
	if err := n.gate(ctx); err != nil {
		return Ours, err
	}
	if n.alone.Load() && t.born == n.epoch.Load() {
		return Ours, nil
	}
	err = t.do(ctx, true, func(b *batch) error {
		w, err = t.settle(b, told)
		return err
	})
	return w, err
}

func (t *Turn) settle(b *batch, told []byte) (Whereabouts, error) {
	n := t.store.node
	if t.hold.Load() == ended {
		_, err := b.change(takeClaim, t.key.Account, t.key.Key[:], t.key.OpenID, nil, n.id, n.epoch.Load(), t.owner, claimSettled, t.store.now().UnixMilli())
		if err != nil {
			return Lost, err
		}
	}
	c, found, err := findClaim(b, t.key.Account, t.key.Key, 0)
	switch {
	case err != nil || !found:
		return Ours, err
	case c.owner.node != n.id || c.owner.turn != t.owner:
		return Lost, nil
	case c.state == claimGiven:
		return Given, b.exec(settleClaim, c.Reply, claimSettled, t.key.Account, t.key.Key[:])
	}
	return Ours, b.exec(settleClaim, told, claimSettled, t.key.Account, t.key.Key[:])
}
