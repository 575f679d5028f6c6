package store

import (
	"context"
	"time"
)

// MenuFilter chooses menu events; the zero filter means all that are kept.
type MenuFilter struct {
	EventKey string // "" = every key
	MenuID   string // "" = every menu
	Since    time.Time
}

// MenuEvent is the count of one button.
type MenuEvent struct {
	Event, EventKey, MenuID string
	Counts                  map[Status]int64
	Repeats                 int64 // further deliveries of the same push: an earlier answer was late or lost
	MeanLatency, MaxLatency time.Duration
	Last                    MenuLast
}

// MenuLast is the newest event of a button.
type MenuLast struct {
	OpenID     string
	Trace      string
	CreateTime int64
	Received   time.Time
	Status     Status
	Error      string
}

// MenuEvents sums up menu events per event, key and menu, newest first. Since is rounded down to the hour.
func (s *Store) MenuEvents(ctx context.Context, account string, f MenuFilter) ([]MenuEvent, error) {
	return nil, ErrClosed
}
