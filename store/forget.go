package store

import "context"

const (
	// The account's chain runs through the fan's messages, so they are emptied, not removed, until
	// their time is up.
	emptyMessages = `
WITH RECURSIVE chain (id, prev) AS (
	SELECT id, fan_prev FROM messages WHERE id = (SELECT head FROM fans WHERE account = ? AND openid = ?)
	UNION ALL
	SELECT m.id, m.fan_prev FROM messages m JOIN chain ON m.id = chain.prev
)
UPDATE messages SET body = ?, msg = NULL WHERE id IN (SELECT id FROM chain)`
	forgetFan      = `DELETE FROM fans WHERE account = ? AND openid = ?`
	forgetAnswers  = `DELETE FROM answers WHERE account = ? AND openid = ?`
	lastOfButtons  = `SELECT event_key, event, menu_id, hour, last FROM menu_events WHERE account = ?`
	forgetInButton = `UPDATE menu_events SET last = ? WHERE account = ? AND event_key = ? AND event = ? AND menu_id = ? AND hour = ? AND last = ?`
)

// Forget removes what is kept of a fan (user_authorization_cancellation): the fan's row, session and
// kept answers, and what the messages say. Claims run out by themselves within ten minutes; what
// scripts put into store.* is theirs to remove. It returns once that is on the disk.
func (s *Store) Forget(ctx context.Context, account, openid string) error {
	if err := s.Flush(ctx); err != nil {
		return err
	}
	if err := s.forgetInButtons(ctx, account, openid); err != nil {
		return err
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		s.writer.unsettled.add(sessionName(account, openid))
		b.known.forget()
		if err := b.exec(emptyMessages, account, openid, []byte{}); err != nil {
			return err
		}
		for _, query := range []string{forgetFan, forgetAnswers, deleteSession, forgetSpendings, deleteHistory} {
			if err := b.exec(query, account, openid); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetInButtons takes the fan out of the last events of buttons.
func (s *Store) forgetInButtons(ctx context.Context, account, openid string) error {
	type row struct {
		key  buttonKey
		last []byte
	}
	var rows []row
	err := s.committed(ctx).rows(lastOfButtons, []any{account}, func(scan func(...any) error) error {
		r := row{key: buttonKey{account: account}}
		if err := scan(&r.key.eventKey, &r.key.event, &r.key.menuID, &r.key.hour, &r.last); err != nil {
			return err
		}
		if readLast(r.last).OpenID == openid {
			rows = append(rows, r)
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		for _, r := range rows {
			k, last := r.key, readLast(r.last)
			id, _ := parseTrace(last.Trace)
			nameless := appendLast(nil, id, &Record{
				CreateTime: last.CreateTime, Received: last.Received, Status: last.Status, Error: last.Error,
			})
			if err := b.exec(forgetInButton, nameless, account, k.eventKey, k.event, k.menuID, k.hour, r.last); err != nil {
				return err
			}
		}
		return nil
	})
}
