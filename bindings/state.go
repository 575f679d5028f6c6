package bindings

import (
	"context"
	"errors"
	"fmt"
	"time"

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

	handlers      []lua.LValue  // of the rules, in the order of the index
	jobs          []lua.LValue  // the functions of every and task, in the order of the index
	resumed       bool          // those of an earlier run of the top level: only read
	caught        []lua.LValue  // by the pattern of the rule that answers
	flows         []runningFlow // in the order of the index
	fields        map[string]lua.LValue
	all           *lua.LTable // msg as a whole, once somebody walks it
	session       session
	step          func(L *lua.LState)
	claimed       bool
	tool          *tool     // of a language model, while it runs
	coming        Coming    // the rest of its answer
	askedAt       time.Time // when a language model was asked last
	secrets       []string  // tokens that the script was given: for no log, trace or error
	broken        error     // memory failed or another run has the claim: the turn is void
	logged        int64
	taps          map[string]bool // links that reply.tap made
	talk          *talk           // the conversation that runs; nil: none
	conversations int             // ids that were made
	disarmed      bool            // links were taken out of a text, and the author was told
	test          *testRun        // of a file of tests; nil: it is none
	testing       bool            // one of them runs
	read          int             // bytes of text that the running function took out of tables

	// Made once for all turns that the state serves.
	input Input // in
	body  func(*state, *engine.Turn) error
	main  func(*engine.Turn) error // runs body
	clock func() time.Time         // now
	own   []lua.LValue             // handlers, where they are not resumed
}

// lend gives a turn a state to work with.
func (p *Program) lend(in Input, body func(*state, *engine.Turn) error) *state {
	s, _ := p.states.Get().(*state)
	if s == nil {
		s = &state{p: p, index: p.index()}
		s.main = func(t *engine.Turn) error { return s.body(s, t) }
		s.clock = s.now
	}
	s.input, s.body = in, body
	s.in = &s.input
	return s
}

// takeBack gives the state to turns to come, unless something of this one is still to follow. It must have ended well:
// a panic or an error leaves the state to the collector.
func (p *Program) takeBack(s *state) {
	if s.coming != nil || s.out.Following != nil {
		return
	}
	own := s.own
	if !s.resumed {
		clear(s.handlers)
		own = s.handlers[:0]
	}
	clear(s.fields)
	*s = state{p: p, index: s.index, handlers: own, own: own, fields: s.fields, main: s.main, clock: s.clock}
	p.states.Put(s)
}

// Holds shows what, when the turn is weighed, Go keeps for the script.
func (s *state) Holds(visit func(lua.LValue)) (bytes int) {
	for _, h := range s.handlers {
		visit(h)
	}
	for _, fn := range s.jobs {
		visit(fn)
	}
	for _, v := range s.fields {
		visit(v)
	}
	for _, f := range s.flows {
		visit(f.fn)
		visit(f.onTimeout)
	}
	if s.talk != nil {
		bytes += s.talk.holds(visit)
	}
	if s.session.table != nil {
		visit(s.session.table)
	}
	for link := range s.taps {
		bytes += 64 + len(link)
	}
	return bytes + len(s.session.stored) + int(s.logged)
}

// stateOf is the room's state of a turn.
func stateOf(t *engine.Turn) *state {
	s, _ := t.Host.(*state)
	return s
}

// inside runs fn as a native of the script, so that a spent budget it runs into comes back as an error.
func (s *state) inside(t *engine.Turn, fn func(L *lua.LState)) error {
	s.step = fn
	_, err := t.Call(stepFunction)
	s.step = nil
	return err
}

// stepFunction runs what inside was given; one serves all VMs.
var stepFunction = &lua.LFunction{IsG: true, GFunction: func(L *lua.LState) int {
	stateOf(engine.TurnOf(L)).step(L)
	return 0
}}

// errNoMemory is what functions that need Memory get in a turn without one.
var errNoMemory = errors.New("nothing can be stored in this run")

// remember is an effect on the fan's memory. It raises when that is full.
func (c call) remember(w engine.Weight, label string, fn func(ctx context.Context, m Memory) (any, error)) any {
	v := c.effect(engine.Effect{Kind: engine.KindStore, Weight: w, Label: label}, func(ctx context.Context) (any, error) {
		if c.state.in == nil || c.state.in.Memory == nil {
			return nil, errNoMemory
		}
		v, err := fn(ctx, c.state.in.Memory)
		var full *FullError
		if errors.As(err, &full) {
			return map[string]any{"full": full.Error()}, nil
		}
		return v, err
	})
	if kept, ok := v.(map[string]any); ok && kept["full"] != nil {
		c.fail("%s; store.delete and a ttl make room", kept["full"])
	}
	return v
}

// breakOff ends the turn for good when something beneath it failed: its answer is not the script's to give
// any more, even if the script catches the error.
func (c call) breakOff(err error) {
	c.state.broken = fmt.Errorf("%s: %w", c.fn.Name, err)
	c.fail("what lies beneath it failed; the turn ends here")
}

// effect passes the door of the engine, in the name of the function that runs and with its arguments. Its errors are
// failures beneath the script and end the turn.
func (c call) effect(e engine.Effect, fn func(ctx context.Context) (any, error)) any {
	if c.state.broken != nil {
		c.fail("the turn has ended")
	}
	e.Function = c.fn.Name
	if t := c.state.tool; t != nil && e.Weight == acts && !t.acts {
		c.fail("it changes something, and the model asked for it through the tool %s, whose arguments are a fan's words; write acts = true into the tool if it may", t.Name)
	}
	if c.turn.Observed() {
		e.Args = c.turn.HashArgs(c.L, c.given)
	}
	v, err := c.turn.Effect(c.L, e, fn)
	var long *tooLongError
	if errors.As(err, &long) {
		c.fail("%s", long.Error())
	}
	if err != nil {
		c.breakOff(err)
	}
	return v
}
