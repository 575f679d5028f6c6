package bindings

import "context"

// Records is what the bot noted of earlier pushes of the account.
type Records interface {
	// LastMessage is when a fan last sent a message (no event), in Unix seconds by WeChat's clock, as far as
	// the turns that are over tell; found is false when none was seen.
	LastMessage(ctx context.Context, openid string) (at int64, found bool, err error)
	// MenuEvents tells of the menu events with this key, or of all for "": one entry per event, key and
	// menu, the one used last first.
	MenuEvents(ctx context.Context, eventKey string) ([]MenuEvent, error)
}

// MenuEvent is what became of the events of one button.
type MenuEvent struct {
	Event, EventKey, MenuID string
	// Counts by status: answered, acknowledged, answered_async, failed, late, unhandled, pending.
	Counts     map[string]int64
	LastAt     int64 // Unix seconds
	LastStatus string
}
