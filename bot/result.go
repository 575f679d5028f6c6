package bot

import (
	"time"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// result is what a turn came to, step by step: the script, the answer, what followed.
type result struct {
	out      bindings.Outcome
	err      error
	script   *engine.ScriptError
	reply    *wechat.Reply // as it is answered; nil = nothing to show
	rest     []*api.Outgoing
	packed   []byte
	fronted  bool // the reply begins with an answer whose push had been refused
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
	if len(r.rest) > 0 || r.out.Following != nil {
		return Now
	}
	return OnReturn
}

func (r *result) warn(text string) { r.warnings = append(r.warnings, text) }
