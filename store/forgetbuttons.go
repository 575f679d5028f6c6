package store

import "context"

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
