package store

import (
	"context"
	"time"
)

// Fan is what is known of one fan of one account. Times by WeChat's clock unless said otherwise; a
// zero time means that nothing of the kind was seen yet.
type Fan struct {
	OpenID        string
	FirstSeen     time.Time // our clock
	ReceivedAt    time.Time // our clock: the newest push
	MessageAt     time.Time
	MessageType   string
	MessageID     string
	EventAt       time.Time
	Event         string
	InteractionAt time.Time
	Windows       []Window
}

// LastMessage is the newest message (not event) of a fan.
type LastMessage struct {
	CreateTime int64 // Unix seconds, WeChat's clock
	MsgType    string
	MsgID      string
}

// Fan returns what is known of a fan.
func (s *Store) Fan(ctx context.Context, account, openid string) (Fan, bool, error) {
	return Fan{}, false, ErrClosed
}

// LastMessage returns the fan's newest message; ok is false when none was seen, which is "unknown".
func (s *Store) LastMessage(ctx context.Context, account, openid string) (LastMessage, bool, error) {
	return LastMessage{}, false, ErrClosed
}

// Forget removes everything kept of a fan (user_authorization_cancellation), store.* keys excepted.
func (s *Store) Forget(ctx context.Context, account, openid string) error { return ErrClosed }
