package bindings

import (
	"context"
	"errors"
	"time"

	"moonwire/engine"
	"moonwire/wechat"
)

// Input is one push, or something that nobody pushed, and what its turn may reach.
type Input struct {
	Message *wechat.Message                                  // nil: nobody pushed it; Answer needs one
	OpenID  string                                           // the fan of a turn without a push; "" = none
	Job     bool                                             // the limits of jobs count
	JobRun  *JobRun                                          // the job that runs; nil: none does
	Trace   string                                           // ten characters; msg.trace
	Memory  Memory                                           // nil: a script that uses store.* or msg.session fails
	Now     func() time.Time                                 // nil: the engine's
	Seed    uint64                                           // of math.random and reply.pick
	Sleep   func(ctx context.Context, d time.Duration) error // nil: the real clock
	Outside func(waits bool)                                 // told when the turn waits for somebody outside, and when it is back; nil: nobody is
	Came    time.Time                                        // when the push came, by Now; zero: when somebody asks
	// Closing tells, more than once, that the last window in which an answer can be the reply is about to end; nil: nobody
	// waits for a reply, or nothing may follow it.
	Closing <-chan struct{}
	// Follows says that the rest of an answer may follow when the turn is over (Outcome.Following).
	Follows bool
	// Speak gives the fan the beginning of an answer, with a mark under it, while the turn goes on; what the turn answers
	// then is what follows. given is how much of the text was given, "" when nobody was there. nil: the turn cannot.
	Speak func(text, mark string) (given string)
	// Asking is told when an llm.reply begins to ask, and what others of the fan's messages are told meanwhile. nil: nobody is.
	Asking func(busy string)
	Log    func(Entry) // nil: only Outcome.Log

	// Asked says that on.before was asked already, and had no answer.
	Asked bool
	// Conversation is what the fan has under way; nil: nothing. Keeper is where the journals of conversations go while the
	// turn runs; nil: nowhere before its end.
	Conversation *Conversation
	Keeper       Keeper

	// Observe is told of every effect of the turn. It sees no token that the script was given. nil: nobody is.
	Observe engine.Observer

	recorded engine.Journal // of Rerun; nil = effects are made
}

// Memory is what lasts, as seen by one turn of one fan. Writes are visible to other turns at once. It is
// used by one goroutine. Values are JSON.
type Memory interface {
	Get(ctx context.Context, key string) (value []byte, found bool, err error)
	// Set keeps a value; ttl 0: for ever. It, Incr and CAS answer a *FullError when the account keeps too much.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	Delete(ctx context.Context, key string) (existed bool, err error)
	// Incr adds to a number, absent counts as 0; ErrNotNumber when something else is stored.
	Incr(ctx context.Context, key string, by float64) (float64, error)
	// CAS stores next if the value is old; nil stands for absent on both sides.
	CAS(ctx context.Context, key string, old, next []byte) (bool, error)
	// List answers a page of the items whose key begins with prefix, by key, and whether more follow. Values of more than
	// some MiB end it early, after one item at least.
	List(ctx context.Context, prefix string, p Page) (items []Item, more bool, err error)
	// Count answers how many keys begin with prefix; Top the n items among them with the greatest numbers, the greatest
	// first. Both answer ErrTooMany when they would have to go over too many keys.
	Count(ctx context.Context, prefix string) (int64, error)
	Top(ctx context.Context, prefix string, n int) ([]Item, error)
	Histories
	Jobs
	Conversations
	// Session is the fan's session as Outcome.Session was kept, nil when there is none.
	Session(ctx context.Context) ([]byte, error)
	// Claim is called before the turn's first act that other people can see. An error ends the turn:
	// another run of the same message has the right to act.
	Claim(ctx context.Context) error
}

type Item struct {
	Key   string
	Value []byte
}

// Page is which part of a list is wanted: so many items behind a key, "" = from the beginning, or in reverse from the end.
type Page struct {
	After   string
	Limit   int
	Reverse bool
}

// ErrTooMany is what Memory answers when it would have to go over too many keys.
var ErrTooMany = errors.New("too many keys to go over")

// ErrNotNumber is what Memory.Incr answers for a value that is no number.
var ErrNotNumber = errors.New("the stored value is not a number")

// FullError is what Memory answers when the account would keep more than it may.
type FullError struct{ Used, Quota int64 } // bytes of keys and values; Used is what it would be

func (e *FullError) Error() string { return engine.OverLimit("store", e.Used, e.Quota).Msg }

// Entry is one line that a script logged, at most 4 KiB and a mark where it was cut; tokens are taken out of it.
type Entry struct {
	Level string // debug, info, warn, error
	Text  string
	File  string
	Line  int
}

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
