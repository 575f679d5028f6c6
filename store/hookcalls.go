package store

import (
	"context"
	"time"
)

// HookLife is how long the answer to a call of a hook is kept: the same call gets it again.
const HookLife = 7 * 24 * time.Hour

// HookCall is a call of a hook that was answered.
type HookCall struct {
	Hook string
	ID   [16]byte // of what the caller calls it
	Type string   // of the answer; "" = there was none
	Body []byte
}

const (
	findHookCall = `SELECT type, body FROM hook_calls WHERE account = ? AND hook = ? AND id = ? AND expires > ?`
	keepHookCall = `INSERT INTO hook_calls (account, hook, id, type, body, expires) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT (account, hook, id) DO UPDATE SET type = excluded.type, body = excluded.body, expires = excluded.expires`
)

// HookCall returns what a call of a hook was answered before.
func (s *Store) HookCall(ctx context.Context, account, hook string, id [16]byte) (c HookCall, found bool, err error) {
	c = HookCall{Hook: hook, ID: id}
	found, err = s.committed(ctx).row(findHookCall, []any{account, hook, id[:], s.now().UnixMilli()}, &c.Type, &c.Body)
	return c, found, err
}

// keepHook keeps the answer to a call with the end of its turn.
func (t *Turn) keepHook(b *batch, c *HookCall) error {
	if c == nil {
		return nil
	}
	return b.exec(keepHookCall, t.key.Account, c.Hook, c.ID[:], c.Type, present(c.Body), t.store.now().Add(HookLife).UnixMilli())
}

const dropDone = `DELETE FROM claims WHERE account = ? AND key = ? AND node = ? AND epoch = ? AND turn = ?`

// giveBack ends a turn that failed and may be run anew: nothing of its claim is left.
func (t *Turn) giveBack(b *batch) error {
	n, err := b.change(dropDone, t.key.Account, t.key.Key[:], t.store.node.id, t.epoch, t.owner)
	if err == nil && n == 0 {
		return ErrClaimed
	}
	return err
}
