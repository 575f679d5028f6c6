package store

import "context"

const (
	// A turn's claim has a second one beside it, which has no place in any line: its reply is what others of the fan are told.
	tellClaim = `INSERT INTO claims (account, key, fan, node, epoch, turn, state, waiters, reply, began) VALUES (?, ?, ?, ?, ?, ?, 5, 0, ?, ?)
	ON CONFLICT (account, key) DO UPDATE SET reply = excluded.reply`
	keysAhead = `SELECT key FROM claims WHERE account = ? AND fan = ? AND seq IS NOT NULL AND seq < ? AND node <> ? ORDER BY seq`
	toldBy    = `SELECT reply FROM claims WHERE account = ? AND key = ? AND state = 5`
)

// beside is the key of the claim beside that with a key.
func beside(key [16]byte) []byte {
	key[0] ^= 0xff
	return key[:]
}

// Asks says that the turn waits for somebody who may take long, until it is over, and what messages of the fan are to be
// told that wait for it in other processes. Nobody is told while this process is alone.
func (t *Turn) Asks(ctx context.Context, told []byte) error {
	if t.key.Unclaimed || t.key.OpenID == "" {
		return nil
	}
	if t.asks.Store(&told); t.store.Alone() {
		return nil
	}
	return t.do(ctx, false, t.tell)
}

// tell runs in the writer's goroutine.
func (t *Turn) tell(b *batch) error {
	told := t.asks.Load()
	if told == nil {
		return nil
	}
	return b.exec(tellClaim, t.key.Account, beside(t.key.Key), t.key.OpenID, t.store.node.id, t.store.node.epoch.Load(), t.owner, *told, t.store.now().UnixMilli())
}

// AskedAhead is what this turn's message is to be told while it waits, since an earlier turn of the fan in another process
// waits for somebody who may take long; nil when none does.
func (t *Turn) AskedAhead(ctx context.Context) (told []byte, err error) {
	var keys [][16]byte
	v := t.store.committed(ctx)
	err = v.rows(keysAhead, []any{t.key.Account, t.key.OpenID, t.seq.Load(), t.store.node.id}, func(scan func(...any) error) error {
		var key []byte
		if err := scan(&key); err != nil {
			return err
		}
		keys = append(keys, [16]byte(key))
		return nil
	})
	for _, key := range keys {
		if found, err := v.row(toldBy, []any{t.key.Account, beside(key)}, &told); found || err != nil {
			return told, err
		}
	}
	return nil, err
}
