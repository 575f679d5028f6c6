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

// LoadToken returns the token of key; the zero row when there is none.
func (s *Store) LoadToken(ctx context.Context, key string) (TokenRow, error) {
	return TokenRow{}, ErrClosed
}

// SwapToken writes next if the token is still stale ("" = none) and returns the row that is there afterwards.
func (s *Store) SwapToken(ctx context.Context, key, stale string, next TokenRow) (TokenRow, error) {
	return TokenRow{}, ErrClosed
}
