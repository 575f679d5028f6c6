package store

import "time"

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
	statuses
)

// String returns the word of wechat-protocol.md §9.2.
func (s Status) String() string {
	if s >= statuses {
		return "unknown"
	}
	return [statuses]string{"pending", "answered", "acknowledged", "answered_async", "failed", "late", "unhandled"}[s]
}

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
	windowKinds
)

// String returns the word of wechat-protocol.md §9.1; "" for NoWindow.
func (k WindowKind) String() string {
	if k >= windowKinds {
		return "unknown"
	}
	return [windowKinds]string{"", "message", "menu", "subscribe", "scan", "pay"}[k]
}

// ParseWindowKind is the inverse of String; NoWindow for other words.
func ParseWindowKind(word string) WindowKind {
	for k := MessageWindow; k < windowKinds; k++ {
		if k.String() == word {
			return k
		}
	}
	return NoWindow
}

// Window is a time in which customer-service messages may be sent to a fan.
type Window struct {
	Kind    WindowKind
	Opened  time.Time
	Expires time.Time
	Left    int // messages that may still be sent
}

// SentAlone is the Outcome of a record of a message that was sent outside of its fan's turns.
const SentAlone = "api"

// Send is one message sent to the fan besides the passive reply.
type Send struct {
	// Kind is "custom:<type>", "template" or "subscribe". An accepted custom message uses up one of the window's.
	Kind    string
	At      time.Time
	Errcode int // 0 = accepted
	Rid     string
	MsgID   string
	State   string // a template's final Status, once TEMPLATESENDJOBFINISH told it
}

// Asked is one question to a language model.
type Asked struct {
	Model              string
	Prompt, Completion int // tokens
	Took               time.Duration
	Failed             string // the kind of its error; "" = it answered
}

// SendJob is the end of a template message.
type SendJob struct {
	MsgID string // of template/send
	State string // WeChat's Status
}

// Record is one turn as it will be remembered, or a message sent outside any turn (then Type is "").
// Only Account is required. Free texts are cut at 16 KiB.
type Record struct {
	// Trace names the turn and must come from Store.Trace, or be "": then one is made.
	Trace   string
	Account string
	OpenID  string // the fan; "" when the sender is none
	// Again adds to an earlier record of the same Trace: a repeat came, a late push went out. Fields
	// that are not zero replace the earlier ones (Sends and Asked as a whole), and the counters of a menu event
	// move from the old status to the new one.
	Again bool

	// The push, in WeChat's words.
	MsgID, Type, Event, EventKey, MenuID string
	Content                              string
	Key                                  [16]byte // de-duplication key
	CreateTime                           int64    // WeChat's clock, Unix seconds
	Received                             time.Time
	// MenuEvent marks the events of wechat-protocol.md §4.3, which are counted per button and hour.
	MenuEvent bool
	// FanAct is true for what the fan did: messages, and events that are no platform job.
	FanAct bool
	// Job is what TEMPLATESENDJOBFINISH tells of an earlier template message to the fan: it goes to that one's
	// Send. Zero for other pushes.
	Job SendJob
	// Opens is the customer-service window that the push opens; the zero Window for none.
	Opens Window

	// What became of it.
	Status    Status
	Outcome   string        // the bot's word: ok, error, timeout, interrupted, paused, …
	ReplyKind string        // passive:<type>, success, none
	Reply     string        // what the fan sees of a passive reply
	Rule      string        // main.lua:12 on.text("下单")
	Build     string        // which version of the folder answered
	Error     string        // for people
	Attempts  int           // deliveries of this push that were seen, up to three
	Latency   time.Duration // from the first delivery until the answer was written
	Handler   time.Duration // how long the script ran
	Written   bool          // the body was written before the peer closed
	Sends     []Send
	Asked     []Asked
	// WindowClosed says that the platform refused a send with 45015 or 45047, which outranks our count.
	WindowClosed bool

	// Detail is how the turn went, for Store.TraceBody, as its writer likes; nil = nothing is kept of it. Beyond MaxTraceBody it
	// is not kept. Troubled says that the turn went wrong: those are kept for longer than the others.
	Detail   []byte
	Troubled bool
}
