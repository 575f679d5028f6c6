package bot

import (
	"time"

	"moonwire/account"
	"moonwire/engine"
)

// What the bot says of things and takes them for, for tests.
var (
	Summary          = summary
	DidSay           = said
	ShortFan         = shortFan
	ShortTrace       = shortTrace
	StatusOf         = statusOf
	IsMenuEvent      = isMenuEvent
	WindowOf         = windowOf
	AsOutgoing       = asOutgoing
	AsReply          = asReply
	DeliverableLater = deliverableLater
	SentAfter        = Sent.after
	CodeOf           = Sent.code
	Closes           = closes
	Nth              = nth
	PackReply        = packReply
	UnpackReply      = unpackReply
	PackedContent    = packedContent
	SameIdentity     = sameIdentity
	SaveBox          = saveBox
	ErrNoAPI         = errNoAPI
)

// Stale is for an attempt that was received at some time.
func Stale(received, now time.Time) bool { return (&attempt{received: received}).stale(now) }

// CapacityOf is the share that a turn takes of an account's capacity, the whole of that, and how many pushes may wait.
func CapacityOf(l engine.Limits) (weight, whole, queue int64) {
	rel := &release{}
	rel.setCapacity(l)
	return rel.weight, wholeCapacity, rel.queue
}

// Refusals are the lines of the log about strangers, for tests.
type Refusals struct{ r refusals }

func (r *Refusals) Allow(now time.Time) (silent int, ok bool) { return r.r.allow(now) }

// SentOutcome is what a turn without an answer came to by what its script sent.
func SentOutcome(sent ...Sent) Outcome { return (&result{sent: sent}).sentOutcome() }

// AppIDs are the claims of accounts to an app_id, for tests.
type AppIDs struct{ list *accounts }

func NewAppIDs(names ...string) AppIDs {
	l := newAccounts()
	l.add(names, time.Now)
	return AppIDs{l}
}

// Claim gives an account that serves an app_id, and names another that does.
func (a AppIDs) Claim(name, appID string) (twin string) {
	of := a.list.all()[name]
	twin = a.list.claim(of, appID)
	of.current.Store(&release{config: &account.Config{AppID: appID}})
	return twin
}

func (a AppIDs) Remove(name string) { a.list.remove([]string{name}) }

// State is the end of a pause, how many there were in a row, and for what the last was.
func (p *Pause) State(now time.Time) (until time.Time, times int, why string) {
	return p.pause.state(now)
}

// KillFor is Kill for a budget.
func (p *Pause) KillFor(now time.Time, why string) time.Time { return p.pause.kill(now, why) }
