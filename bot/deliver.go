package bot

import (
	"time"

	"moonwire/account"
)

// deliver gives the answer to everybody who waits for it, and settles what becomes of an answer that
// nobody took.
func (f *Fleet) deliver(t *turn) {
	r := t.result
	open := f.book.end(t, r.packed, f.o.Now())
	late := t.late // nobody changes it any more
	for _, at := range open {
		written := at.answer(r.packed, r.wire())
		r.written = r.written || written && (late == "" || !at.stale(f.o.Now()))
	}
	r.answered = f.o.Now()
	f.makeRoom(t)
	switch {
	case len(r.packed) == 0 || !t.shows:
		f.quiet(t)
	case r.written:
		r.outcome = orOutcome(r.outcome, Answered)
		f.follow(t, false)
	case late != "" && !t.memory.turn.Awaited():
		f.follow(t, true)
	case t.edition.config.Late == account.LateDrop && !t.fetches:
		r.outcome = Late
		f.close(t)
	default:
		f.leaveOrphan(t)
	}
}

// quiet closes a turn with nothing to show.
func (f *Fleet) quiet(t *turn) {
	r := t.result
	switch {
	case r.outcome != "":
	case len(r.sent) > 0:
		r.outcome = r.sentOutcome()
	case !r.out.Handled && !r.out.Ran:
		r.outcome = Unhandled
	default:
		r.outcome = Acknowledged
	}
	f.follow(t, false)
}

// leaveOrphan keeps a finished answer that nobody took for the platform's next attempt. Meanwhile the fan's
// next turn may begin.
func (f *Fleet) leaveOrphan(t *turn) {
	f.book.leave(t)
	f.leaveLine(t)
	switch left, late := f.book.orphan(t, f.o.Now()); {
	case left:
	case late:
		f.follow(t, true)
	default: // a repeat was faster
		t.result.written = true
		t.result.outcome = orOutcome(t.result.outcome, Answered)
		f.follow(t, false)
	}
}

// follow sends what follows the answer, and the answer itself when it came too late to be one; then it
// closes the turn. Sending waits for the network, so it leaves the goroutine of the request.
func (f *Fleet) follow(t *turn, late bool) {
	if !late && len(t.result.rest) == 0 {
		f.close(t)
		return
	}
	go func() { // the book counts the turn until it is closed; Drain waits for that
		defer f.mend(t)
		if late {
			f.rescue(t)
		} else {
			waitFor(f.life, arrival)
			f.sendRest(t)
		}
		f.close(t)
	}()
}

// arrival is how long an answer that is on the wire has to reach the phone before what follows it is sent. WeChat
// takes the two at different doors, the answer to its push and a call of its API, and keeps no order between them.
const arrival = 200 * time.Millisecond

// close ends everything about a turn: it is recorded and reported, and the fan's next one begins.
func (f *Fleet) close(t *turn) {
	f.record(t)
	f.leave(t)
}

func (f *Fleet) leave(t *turn) {
	t.departed = true
	f.leaveLine(t)
	f.book.depart(t)
}

func orOutcome(o, otherwise Outcome) Outcome {
	if o == "" {
		return otherwise
	}
	return o
}
