package engine

import (
	"fmt"
	"math"
	"time"
)

const (
	// lookEvery is how many instructions pass between two looks at the clock. A single one may hide a long
	// loop or much memory: # of a table with a long tail of nils, `t[262143] = 1` with its four megabytes, a
	// comparison of long strings. So it is short; a look costs some 40 ns.
	lookEvery = 32
	// lookSoon is the same for soonFor looks after instructions that took slowWindow and more: more of that
	// kind may follow, in the next round of a loop.
	lookSoon   = 4
	soonFor    = 16
	slowWindow = 500 * time.Microsecond
	// checkEvery is how much time passes between two looks at what costs more than the clock.
	checkEvery = 100 * time.Microsecond
	// handOnAfter is how long a turn computes before it hands its slot to one that waits.
	handOnAfter = 2 * time.Millisecond
	// probeEvery is how much time passes between two looks at the size of the heap.
	probeEvery = time.Millisecond
)

// stop is why a turn was ended from outside its script.
type stop struct {
	kind  ErrorKind
	limit string // name of the limit that is spent
	msg   string
}

func (s *stop) Error() string { return s.msg }

// overLimit words a spent budget: how much, how far over, and what raises it.
func overLimit(name string, used, allowed int64) *stop {
	u := limitOf(name).unit
	return &stop{kind: ErrorLimit, limit: name, msg: fmt.Sprintf("over the limit %s of %s by %s; account.yaml limits: { %s: … } raises it",
		name, u.text(allowed), u.text(max(used-allowed, 1)), name)}
}

// OverLimit is the error of a spent limit that is counted elsewhere: it says how far over it is and what
// raises it. It names no line.
func OverLimit(limit string, used, allowed int64) *ScriptError {
	return &ScriptError{Kind: ErrorLimit, Limit: limit, Msg: overLimit(limit, used, allowed).msg}
}

// stoppedBy words the end of the turn's context.
func stoppedBy(cause error) *stop {
	return &stop{kind: ErrorStopped, msg: "the turn was stopped: " + cause.Error()}
}

// meter is the context of one VM and all its coroutines, for the life of the VM. The VM asks Done before
// every instruction, on its own goroutine: that is how instructions are counted and a turn is stopped.
// Nobody else may have it: Done counts. Once a turn is stopped, Done says so for ever, so no pcall wins.
type meter struct {
	turn   *Turn
	n      int64 // instructions, and the steps that natives charge
	next   int64 // when to look at the rest
	soon   int   // how many of the next looks are at lookSoon
	stop   *stop
	closed chan struct{}
}

func newMeter(t *Turn) *meter {
	m := &meter{turn: t, next: math.MaxInt64, closed: make(chan struct{})}
	close(m.closed)
	return m
}

// arm starts the count of a turn.
func (m *meter) arm() {
	m.n, m.next, m.soon, m.stop = 0, lookEvery, 0, nil
	if m.turn.engine.covers != nil {
		m.next = 1
	}
}

// resume goes on counting after a suspension.
func (m *meter) resume() {
	m.next, m.stop = m.n+lookEvery, nil
	if m.turn.engine.covers != nil {
		m.next = m.n + 1
	}
}

// disarm lets the VM run uncounted, between turns only.
func (m *meter) disarm() { m.n, m.next, m.stop = 0, math.MaxInt64, nil }

// Done is called before each instruction. Receiving from nil blocks, which the VM takes for "go on".
func (m *meter) Done() <-chan struct{} {
	m.n++
	if m.n < m.next {
		return nil
	}
	return m.look()
}

func (m *meter) look() <-chan struct{} {
	if m.stop == nil && m.turn.check() {
		m.soon = soonFor
	}
	if m.stop != nil {
		return m.closed
	}
	every := int64(lookEvery)
	if m.soon > 0 {
		m.soon--
		every = lookSoon
	}
	if m.turn.engine.covers != nil {
		m.turn.cover()
		every = 1
	}
	m.next = min(m.n+every, m.turn.limits.Instructions+1)
	return nil
}

// kill stops the turn for good; the first cause counts.
func (m *meter) kill(s *stop) {
	if m.stop == nil {
		m.stop, m.next = s, 0
	}
}

// Err is what the VM raises when Done is closed.
func (m *meter) Err() error {
	if m.stop == nil {
		return nil
	}
	return m.stop
}

// Deadline is part of context.Context; the VM never asks.
func (m *meter) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value is part of context.Context; the VM never asks.
func (m *meter) Value(any) any { return nil }
