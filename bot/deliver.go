package bot

import (
	"fmt"
	"runtime/debug"
	"time"

	"moonwire/account"
)

// deliver gives the answer to everybody who waits for it, and settles what becomes of an answer that
// nobody took.
func (f *Fleet) deliver(w *work) {
	r := w.result
	for _, at := range f.endPush(w, r.packed) {
		written := at.answer(r.packed, r.wire())
		r.written = r.written || written && (w.late == "" || !at.stale(f.o.Now()))
	}
	if r.answered = f.o.Now(); w.spoken != nil {
		r.answered = w.spoken.at
	}
	f.freeCapacity(w)
	switch {
	case w.speaks():
		f.speakBeside(w)
	case len(r.packed) == 0 || !w.shows:
		f.quiet(w)
	case r.written:
		r.outcome = orOutcome(r.outcome, Answered)
		f.follow(w, false)
	case w.late != "" && !w.memory.turn.Awaited():
		f.follow(w, true)
	case w.release.config.Late == account.LateDrop && !w.fetches:
		r.outcome = Late
		f.dropAnswer(w)
		f.close(w)
	default:
		f.leaveUntaken(w)
	}
}

// speakBeside brings the fan what nobody waits for, beside the goroutine of a request.
func (f *Fleet) speakBeside(w *work) {
	out := func() {
		defer f.mend(w)
		f.speakOut(w)
		f.close(w)
	}
	if w.delivery == nil {
		out()
		return
	}
	go out() // the book counts the turn until it is closed; Drain waits for that
}

// quiet closes a turn with nothing to show.
func (f *Fleet) quiet(w *work) {
	r := w.result
	switch {
	case r.outcome != "":
	case len(r.sent) > 0:
		r.outcome = r.sentOutcome()
	case !r.out.Handled && !r.out.Ran:
		r.outcome = Unhandled
	default:
		r.outcome = Acknowledged
	}
	f.follow(w, false)
}

// leaveUntaken keeps a finished answer that nobody took for the platform's next attempt. Meanwhile the fan's
// next turn may begin.
func (f *Fleet) leaveUntaken(w *work) {
	w.place.leave()
	f.leaveLine(w)
	switch left, late := f.pushes.leaveUntaken(w.delivery, f.o.Now()); {
	case left:
	case late:
		f.followLate(w.delivery)
	default: // a repeat was faster
		w.result.written = true
		w.result.outcome = orOutcome(w.result.outcome, Answered)
		f.follow(w, false)
	}
}

// endPush ends the delivery of a push, if there is one; its attempts are the caller's to answer.
func (f *Fleet) endPush(w *work, reply []byte) (open []*attempt) {
	if w.delivery == nil {
		return nil
	}
	return w.end(f.pushes.end(w.delivery, reply, f.o.Now()))
}

// followLate brings an answer that nobody took to the fan in another way. The push book has given it up.
func (f *Fleet) followLate(d *delivery) {
	d.work.end(d.end())
	f.follow(d.work, true)
}

// follow sends what follows the answer, and the answer itself when it came too late to be one; then it
// closes the turn. Sending waits for the network, so it leaves the goroutine of the request.
func (f *Fleet) follow(w *work, late bool) {
	if !late && w.result.rest == "" && w.result.out.Following == nil && len(w.result.out.More) == 0 {
		f.close(w)
		return
	}
	go func() { // the book counts the turn until it is closed; Drain waits for that
		defer f.mend(w)
		if !late {
			f.o.After.wait(f.life, Arrival)
		}
		f.awaitFollowing(w)
		if late {
			f.rescue(w)
		} else {
			f.sendRest(w)
		}
		f.sendMore(w)
		f.close(w)
	}()
}

// Arrival is how long an answer that is on the wire has to reach the phone before what follows it is sent. WeChat
// takes the two at different doors, the answer to its push and a call of its API, and keeps no order between them.
const Arrival = 200 * time.Millisecond

// close ends everything about a turn: it is recorded and reported, and the fan's next one begins.
func (f *Fleet) close(w *work) {
	f.record(w)
	f.leave(w)
}

func (f *Fleet) leave(w *work) {
	w.departed = true
	w.giveUpFollowing()
	f.leaveLine(w)
	f.pushes.depart(w)
}

// mend is for panics outside of the script: a bug of ours must not leave the fan's queue or the platform hanging.
func (f *Fleet) mend(w *work) {
	cause := recover()
	if cause == nil {
		return
	}
	f.o.Log.Error("a turn panicked", "account", w.account.name, "trace", w.trace, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if w.delivery != nil && !w.delivery.ended() {
		for _, at := range f.endPush(w, nil) {
			at.answer(nil, OnReturn)
		}
	}
	f.freeCapacity(w)
	f.giveUpClaim(w)
	if !w.departed {
		f.leave(w)
	}
}

func orOutcome(o, otherwise Outcome) Outcome {
	if o == "" {
		return otherwise
	}
	return o
}
