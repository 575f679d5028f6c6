package store

import (
	"context"
	"time"
)

// HookLife is how long the answer to a call of a hook is kept: the same call gets it again.
const HookLife = 7 * 24 * time.Hour

// HookCall is a call of a hook that was answered, or has acted.
type HookCall struct {
	Hook string
	ID   [16]byte // of what the caller calls it
	Type string   // of the answer; "" = there was none
	Body []byte
}

// hookBegun stands in the place of the type of an answer from the first that a call changes until it is answered.
const hookBegun = "begun"

// Begun reports whether the call has acted and is not answered: it is under way, or its process has ended.
func (c *HookCall) Begun() bool { return c.Type == hookBegun }

const (
	findHookCall = `SELECT type, body FROM hook_calls WHERE account = ? AND hook = ? AND id = ? AND expires > ?`
	keepHookCall = `INSERT INTO hook_calls (account, hook, id, type, body, expires) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT (account, hook, id) DO UPDATE SET type = excluded.type, body = excluded.body, expires = excluded.expires`
)

// hookOf says of which hook a call was.
const hookOf = `SELECT hook FROM hook_calls WHERE account = ? AND id = ?`

// HookOf is the hook of a call that has acted; "" when the claim is of no such call.
func (s *Store) HookOf(ctx context.Context, c Claim) (hook string, err error) {
	_, err = s.committed(ctx).row(hookOf, []any{c.Account, c.Key[:]}, &hook)
	return hook, err
}

// CallsHook says, before the turn begins, of which hook it is a call. Its ID is the turn's key.
func (t *Turn) CallsHook(hook string) {
	if !t.key.Unclaimed {
		t.key.Hook = hook
	}
}

// beginHook notes, with the first that a call changes, that it has acted.
func (t *Turn) beginHook(b *batch) error {
	if t.key.Hook == "" || t.begun {
		return nil
	}
	t.begun = true
	return t.keepHook(b, &HookCall{Hook: t.key.Hook, ID: t.key.Key, Type: hookBegun})
}

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

const dropBegun = `DELETE FROM hook_calls WHERE account = ? AND hook = ? AND id = ? AND type = 'begun'`

const dropDone = `DELETE FROM claims WHERE account = ? AND key = ? AND node = ? AND epoch = ? AND turn = ?`

// giveBack ends a turn that failed and may be run anew: nothing of its claim is left.
func (t *Turn) giveBack(b *batch) error {
	n, err := b.change(dropDone, t.key.Account, t.key.Key[:], t.store.node.id, t.epoch, t.owner)
	switch {
	case err != nil:
		return err
	case n == 0:
		return ErrClaimed
	case t.key.Hook == "":
		return nil
	}
	return b.exec(dropBegun, t.key.Account, t.key.Hook, t.key.Key[:])
}
