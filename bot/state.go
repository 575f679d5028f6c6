package bot

import (
	"errors"

	"moonwire/account"
)

// State says in one word where an account stands: the same word in commands, metrics, /readyz and the console.
type State string

// The states of an account. Of several that fit, the first is shown.
const (
	StateGone       State = "gone"        // its folder is away; what is kept of it goes after 30 days
	StateDisabled   State = "disabled"    // an operator has disabled it: it answers as if it were not there
	StateRefused    State = "refused"     // its account.yaml cannot be used, and nothing serves
	StatePaused     State = "paused"      // its scripts have spent their budgets again and again
	StateBroken     State = "broken"      // its folder cannot be used, and nothing serves
	StateRolledBack State = "rolled_back" // an operator went back to an older build
	StateStale      State = "stale"       // an older build serves: its folder, or account.yaml, cannot be used as it is
	StateServing    State = "serving"     // all is well, or the folder is still to be looked at: messages wait for that
)

// States are all states, in the order of their precedence.
func States() []State {
	return []State{StateGone, StateDisabled, StateRefused, StatePaused, StateBroken, StateRolledBack, StateStale, StateServing}
}

// stateOf is the first state that fits what is known of an account that is there.
func stateOf(s Status, err error, disabled, pinned bool) State {
	var config *account.ConfigError
	switch {
	case disabled:
		return StateDisabled
	case !s.Serving && errors.As(err, &config):
		return StateRefused
	case !s.PausedUntil.IsZero():
		return StatePaused
	case !s.Serving && (s.Loaded || err != nil):
		return StateBroken
	case pinned:
		return StateRolledBack
	case err != nil:
		return StateStale
	}
	return StateServing
}
