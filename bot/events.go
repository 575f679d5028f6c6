package bot

import (
	"crypto/sha256"
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/folder"
	"moonwire/store"
)

// Events tells the terminal, the log, the metrics and the console what happens. Any function may be nil.
// They are called from the goroutine on which the thing happened and must not block.
type Events struct {
	// Turn is called once per message, after it was answered and all that follows was sent, and once
	// per repeat that was answered from a recent reply.
	Turn func(TurnReport)
	// Save is called once per load of an account's folder that changed anything.
	Save func(SaveReport)
	// Account is called when an account comes, changes who it is, or goes; before its next message.
	Account func(AccountReport)
	// Menu is called once per push of a declared menu to WeChat, successful or not.
	Menu func(MenuReport)
	// Job is called once per run of a job, and when one is dead or its time was missed.
	Job func(JobReport)
}

// Outcome says in one word what became of a turn. The first six are the status words of menu events.
type Outcome string

// The outcomes of a turn.
const (
	Answered      Outcome = "answered"       // a passive reply was written in time
	Acknowledged  Outcome = "acknowledged"   // "success": a handler ran, nothing to show
	AnsweredAsync Outcome = "answered_async" // a customer-service message was accepted
	Failed        Outcome = "failed"         // the script or the sending failed
	Late          Outcome = "late"           // nobody was listening any more and the answer was not sent
	Unhandled     Outcome = "unhandled"      // no rule fitted
	Kept          Outcome = "kept"           // the answer waits for the fan, up to 24 h
	Fetched       Outcome = "fetched"        // the fan fetched a kept answer
	Paused        Outcome = "paused"         // the account is paused; nothing ran
	Busy          Outcome = "busy"           // nothing ran, and the fan was told so: too many turns of the account wait for other servers, or another question of the fan is being answered
	Interrupted   Outcome = "interrupted"    // the process ended before the turn did
	Repeated      Outcome = "repeated"       // a repeat got the answer that was given before
	Dropped       Outcome = "dropped"        // no room within 4.5 s; the connection was closed unanswered
)

// TurnReport is all that is known of one turn. Message texts are in it: whoever logs decides what to show.
type TurnReport struct {
	Account, Trace, Build                         string
	OpenID, MsgID, MsgType, Event, EventKey, Said string
	Rule                                          string // `main.lua:12 on.text("下单")`
	Outcome                                       Outcome
	Late                                          account.LatePolicy // the late policy that took effect: push, fetch, drop; "" in time
	Reply                                         string             // text, image, …; "success" when nothing was shown; "none" when dropped
	Why                                           string             // why it was dropped; else ""
	Answer                                        string             // what the fan sees, for people: the text, or [image m1]
	Attempts                                      int                // deliveries seen until the report
	Received                                      time.Time
	Waited, Took                                  time.Duration // from receipt until the script began; from there until the answer was written
	Handled                                       bool
	Tried                                         []bindings.Tried
	Log                                           []bindings.Entry
	Warnings                                      []string
	Sent                                          []Sent
	Asked                                         []bindings.Asked    // of language models
	Err                                           error               // nil, or why the turn failed
	Script                                        *engine.ScriptError // set when a script failed
	Box                                           string              // the error as people read it, with locals and texts
}

// Sent is one customer-service message that followed a turn.
type Sent struct {
	To      string // openid, when it is not the turn's fan
	Kind    string // custom:text, custom:image, …, template, subscribe
	Text    string // what it says, for people
	MsgID   string // of a template message
	Errcode int    // WeChat's, 0 when accepted
	Rid     string // finds the call in WeChat's records
	Err     string // "" when accepted; says "outcome unknown" when nobody can tell
	At      time.Time
}

// SaveReport is one load of an account's folder.
type SaveReport struct {
	Account  string
	Build    string // the build that serves now: the new one, or the old one when the save is broken
	Live     bool   // the new build serves
	First    bool   // nothing served before
	State    State  // where the account stands since then
	Took     time.Duration
	Err      error
	Box      string // the error as people read it
	Excerpt  string // what the box shows below its first line of the files, for those who show Err beside it
	Warnings []string
	Made     *Made  // what it was made of, when it is live
	Waiting  string // what the save does to fans who are in conversations; "" = nobody is
}

// Made is what a build that is live was made of, for whoever looks over its texts. Nothing of it may be changed.
type Made struct {
	Texts   *folder.Snapshot
	Program bindings.ProgramConfig
	Config  [sha256.Size]byte // of the account.yaml
}

// JobReport is what became of a job. Its turn has a report of its own.
type JobReport struct {
	Account, ID string
	Kind, Name  string        // every or task, and what that is called
	Result      string        // a word of JobResults
	Ran         bool          // its function was called
	Late        time.Duration // how long after its time that was
}

// What may become of a run of a job, besides the words of the store.
const (
	JobContinued = "continued" // it goes on with a next step
	JobRetried   = "retried"   // it failed, and is tried again
)

// JobResults are the words for what became of a job.
func JobResults() []string {
	return []string{
		store.ResultDone, JobContinued, store.ResultFailed, JobRetried, store.ResultInterrupted, store.ResultMissed,
		string(store.JobDead), string(store.JobCancelled),
	}
}

// MenuReport is one push of an account's declared menu.
type MenuReport struct {
	Account string
	Build   string // the build that declares it
	Took    time.Duration
	// Err is nil when WeChat has taken the menu. Else it names errcode, cause and cure, and the push is
	// tried again at the next save or start.
	Err error
}

// AccountReport is an account that came, changed who it is, or went.
type AccountReport struct {
	Name   string
	Gone   bool
	Config *account.Config // nil when gone
}
