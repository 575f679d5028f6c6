package store

import "context"

const (
	saveSession   = `INSERT INTO sessions (account, openid, value, expires) VALUES (?, ?, ?, ?) ON CONFLICT (account, openid) DO UPDATE SET value = excluded.value, expires = excluded.expires`
	deleteSession = `DELETE FROM sessions WHERE account = ? AND openid = ?`
	loadSession   = `SELECT value FROM sessions WHERE account = ? AND openid = ? AND expires > ?`
)

func (t *Turn) saveSession(b *batch, r Result) error {
	t.store.writer.unsettled.add(sessionName(t.key.Account, t.key.OpenID))
	if r.Session == nil {
		return b.exec(deleteSession, t.key.Account, t.key.OpenID)
	}
	ttl := r.SessionTTL
	if ttl <= 0 {
		ttl = defaultSessionTTL
	}
	return b.exec(saveSession, t.key.Account, t.key.OpenID, r.Session, t.store.now().Add(ttl).UnixMilli())
}

// Session returns the fan's session in this account; nil when there is none. Finish alone saves it.
func (t *Turn) Session(ctx context.Context) (val []byte, err error) {
	if t.key.OpenID == "" {
		return nil, nil
	}
	args := []any{t.key.Account, t.key.OpenID, t.store.now().UnixMilli()}
	err = t.read(ctx, t.store.writer.unsettled.has(sessionName(t.key.Account, t.key.OpenID)), func(v reader) error {
		ok, err := v.row(loadSession, args, &val)
		if ok {
			val = present(val)
		}
		return err
	})
	return val, err
}
