package store

import (
	"context"
	"time"
)

// Message is a recorded turn.
type Message struct {
	Record
	Cursor int64 // place in Messages' order
}

// MessageFilter chooses messages; the zero filter means the newest 50.
type MessageFilter struct {
	OpenID   string
	Before   int64 // a Message's Cursor; 0 = from the newest
	Since    time.Time
	Statuses []Status // none = all
	Limit    int      // default 50, at most 500
}

// Message finds a turn by trace or, failing that, by WeChat's message id.
func (s *Store) Message(ctx context.Context, account, ref string) (Message, bool, error) {
	return Message{}, false, ErrClosed
}

// Messages lists turns, newest first.
func (s *Store) Messages(ctx context.Context, account string, f MessageFilter) ([]Message, error) {
	return nil, ErrClosed
}
