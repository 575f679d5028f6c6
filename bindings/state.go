package bindings

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// state is what the room knows of one turn; the engine carries it as Turn.Host. It belongs to the
// turn's goroutine.
type state struct {
	p     *Program
	in    *Input // nil in the dry run
	out   Outcome
	index *index
	draft bool // the dry run: declarations go on the index

	handlers []lua.LValue // of the rules, in the order of the index
	fields   map[string]lua.LValue
	session  session
	claimed  bool
	broken   error // memory failed or another run has the claim: the turn is void
	logged   int64
}

// stateOf is the room's state of a turn.
func stateOf(t *engine.Turn) *state {
	s, _ := t.Host.(*state)
	return s
}

// memory is the fan's memory, for functions that need it.
func (c call) memory() Memory {
	if c.state.in == nil || c.state.in.Memory == nil {
		c.fail("nothing can be stored in this run")
	}
	return c.state.in.Memory
}

// breakOff ends the turn for good when something beneath it failed: its answer is not the script's to give
// any more, even if the script catches the error.
func (c call) breakOff(err error) {
	c.state.broken = fmt.Errorf("%s: %w", c.fn.Name, err)
	c.fail("the store does not answer; the turn ends here")
}

// effect passes the door of the engine. Its errors are failures beneath the script and end the turn.
func (c call) effect(k engine.Kind, label string, fn func(ctx context.Context) (any, error)) any {
	if c.state.broken != nil {
		c.fail("the turn has ended")
	}
	v, err := c.turn.Effect(c.L, k, c.fn.Name+" "+label, fn)
	if err != nil {
		c.breakOff(err)
	}
	return v
}
