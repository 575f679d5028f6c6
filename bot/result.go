package bot

import (
	"time"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
)

// result is what a turn came to, step by step: the script, the answer, what followed.
type result struct {
	out      bindings.Outcome
	err      error
	script   *engine.ScriptError
	said     *wechat.Reply // what the turn says, a text of any length; nil = nothing
	reply    *wechat.Reply // as it is answered: the first part of it; nil = nothing to show
	rest     string        // of the text: sent after the reply
	further  *lateAnswer   // the rest of the text that waits for the fan instead
	standby  *lateAnswer   // what of rest is not sent yet, kept in case that the process is killed
	ahead    []*lateAnswer // the same of what follows in a conversation, by its place in out.More; nil where nothing is kept
	takes    []lateAnswer  // that were kept, and are in the reply
	fetched  *lateAnswer   // the turn says this, which the fan has asked for
	packed   []byte
	outcome  Outcome
	warnings []string

	began    time.Time // the script began
	ended    time.Time // the script ended
	answered time.Time // the answer was written
	written  bool      // somebody who can be listening got it
	sent     []Sent    // to the turn's fan, the script's own first
	others   []Sent    // to other fans, by the script
	sends    int       // of what follows the answer, accepted
	refused  bool      // a send was refused since the fan's window is closed
}

// wire says when the answer must have left: before the messages that follow it.
func (r *result) wire() Wire {
	if r.rest != "" || r.out.Following != nil || len(r.out.More) > 0 {
		return Now
	}
	return OnReturn
}

func (r *result) warn(text string) { r.warnings = append(r.warnings, text) }

// lefts are the answers that are kept for the fan with the end of the turn.
func (r *result) lefts() (all []*lateAnswer) {
	for _, a := range append([]*lateAnswer{r.further, r.standby}, r.ahead...) {
		if a != nil {
			all = append(all, a)
		}
	}
	return all
}
