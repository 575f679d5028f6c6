package store

import (
	"context"
	"time"
)

// Status is what became of a push, as seen from here: whether the fan saw it nobody tells
// (wechat-protocol.md §9.2).
type Status uint8

// The statuses. The numbers are in the database.
const (
	Pending       Status = iota // no outcome yet
	Answered                    // a passive reply was written in time
	Acknowledged                // "success": nothing to show
	AnsweredAsync               // a later customer-service or template message was accepted
	Failed                      // the handler or the sending failed
	Late                        // written after 5 s, or the connection was gone at the last attempt
	Unhandled                   // no rule answered
)

// WindowKind says what opened a customer-service window (wechat-protocol.md §9.1).
type WindowKind uint8

// The kinds. The numbers are in the database.
const (
	NoWindow WindowKind = iota
	MessageWindow
	MenuWindow
	SubscribeWindow
	ScanWindow
	PayWindow
)

// Window is a time in which customer-service messages may be sent to a fan.
type Window struct {
	Kind    WindowKind
	Opened  time.Time
	Expires time.Time
	Left    int // messages that may still be sent
}

// Send is one message sent to the fan besides the passive reply.
type Send struct {
	Kind    string // "custom:text", "template", …
	At      time.Time
	Errcode int
	Rid     string
	MsgID   string
	State   string // a template's final Status, once TEMPLATESENDJOBFINISH told it
}

// Record is one turn as it will be remembered. Only Account is required.
type Record struct {
	// Trace names the turn. Make it with Store.Trace: such a trace holds the time and costs no
	// index; any other text works too. "" = one is made.
	Trace   string
	Account string
	// OpenID of the fan; "" when the sender is none.
	OpenID string
	// Again replaces what an earlier record of the same Trace said of the outcome: a repeat came, a
	// late push went out. Menu counters move from the old status to the new one.
	Again bool

	// The push, in WeChat's words. MenuEvent marks the events of wechat-protocol.md §4.3, which are
	// counted per key and hour.
	MsgID, Type, Event, EventKey, MenuID string
	Content                              string
	Key                                  [16]byte // de-duplication key
	CreateTime                           int64    // WeChat's clock, Unix seconds
	Received                             time.Time
	MenuEvent                            bool
	// FanAct is true for what the fan did: messages and events that are no platform job.
	FanAct bool
	// Opens is the customer-service window that the push opens; the zero Window for none.
	Opens Window

	// What became of it.
	Status    Status
	Outcome   string // the bot's word: ok, error, timeout, interrupted, paused, duplicate, …
	ReplyKind string // passive:<type>, success, empty, none
	Reply     string // what the fan sees of a passive reply
	Rule      string // main.lua:12 on.text("下单")
	Build     string
	Error     string
	Attempts  int           // deliveries of this push that were seen, up to three
	Latency   time.Duration // from the first delivery to the answer written
	Handler   time.Duration // how long the script ran
	Written   bool          // the body was written before the peer closed
	Sends     []Send
	// WindowClosed says that the platform refused a send with 45015 or 45047, which outranks our count.
	WindowClosed bool
}

// Record hands in a record to be written behind. False: the buffer was full or the store is closed,
// and the record was dropped and counted.
func (s *Store) Record(r Record) bool { return false }

// Flush returns once every record handed in before it is written, or could not be.
func (s *Store) Flush(ctx context.Context) error { return ErrClosed }

// Trace makes a name for a turn that begins now: 13 letters and digits, ordered by time.
func (s *Store) Trace() string { return "" }
