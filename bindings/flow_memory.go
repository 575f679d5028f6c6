package bindings

import (
	"context"
	"fmt"
	"time"
)

// MaxSignal is how much data a signal may bring, in bytes of JSON.
const MaxSignal = 16 << 10

// Signal is news from outside for a conversation of a fan.
type Signal struct {
	OpenID string
	Name   string
	ID     string // the same id counts once; "" = each counts
	Data   []byte // JSON
}

// SignalsFullError is what Memory answers when too many signals are kept for a fan.
type SignalsFullError struct{ Most int }

func (e *SignalsFullError) Error() string {
	return fmt.Sprintf("%d signals are kept for the fan already, and none was taken", e.Most)
}

// Delivery says where a signal went.
type Delivery string

// A signal wakes a conversation that waits for it, or is kept for one that will.
const (
	DeliveredNow Delivery = "now"
	Kept         Delivery = "kept"
)

// Begun is a conversation that somebody else than the fan begins.
type Begun struct {
	ID, OpenID, Flow, Build string
	Replace                 bool          // another conversation of the fan ends
	Timeout                 time.Duration // of the flow
	Entries                 []byte        // the first of its journal
}

// Conversations is what Memory knows of conversations.
type Conversations interface {
	// Begin begins a conversation; it runs behind this turn. False: the fan has one already.
	Begin(ctx context.Context, b Begun) (started bool, err error)
	// Signal keeps a signal, and wakes the conversation that waits for it. A *SignalsFullError says that the fan has too many.
	Signal(ctx context.Context, s Signal) (Delivery, error)
	// TakeSignal takes the oldest signal of that name that is kept for the turn's fan.
	TakeSignal(ctx context.Context, name string) (data []byte, found bool, err error)
}
