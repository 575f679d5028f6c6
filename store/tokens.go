package store

import (
	"context"
	"time"
)

// TokenRow is an access token and its end.
type TokenRow struct {
	Token   string
	Expires time.Time
}

const (
	loadToken = `SELECT token, expires FROM tokens WHERE key = ?`
	saveToken = `INSERT INTO tokens (key, token, expires) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET token = excluded.token, expires = excluded.expires`
)

// LoadToken returns the token of key; the zero row when there is none.
func (s *Store) LoadToken(ctx context.Context, key string) (TokenRow, error) {
	return readToken(s.committed(ctx), key)
}

// SwapToken writes next if the token is still stale ("" = there is none) and returns the row that is
// there afterwards: next, or what another process wrote.
func (s *Store) SwapToken(ctx context.Context, key, stale string, next TokenRow) (row TokenRow, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		now, err := readToken(b, key)
		if err != nil {
			return err
		}
		if row = now; now.Token != stale {
			return nil
		}
		row = next
		return b.exec(saveToken, key, next.Token, next.Expires.UnixMilli())
	})
	if err != nil {
		return TokenRow{}, err
	}
	return row, nil
}

func readToken(v reader, key string) (TokenRow, error) {
	var row TokenRow
	var expires int64
	ok, err := v.row(loadToken, []any{key}, &row.Token, &expires)
	if err != nil || !ok {
		return TokenRow{}, err
	}
	row.Expires = time.UnixMilli(expires)
	return row, nil
}
