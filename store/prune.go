package store

import (
	"context"
	"time"
)

// Retention says how long what is recorded is kept.
type Retention struct {
	// Messages returns how long an account's messages are kept; nil or 0 = 30 days.
	Messages func(account string) time.Duration
	// Menu is how long hourly menu counters are kept. Default 400 days.
	Menu time.Duration
}

// Pruned counts what went.
type Pruned struct {
	Messages, MenuHours, Values, Sessions, Claims, Answers int64
}

// Prune removes what has expired or outlived its retention, in small steps that give way to other writes.
func (s *Store) Prune(ctx context.Context, r Retention) (Pruned, error) {
	return Pruned{}, ErrClosed
}
