package bot

import (
	"context"
	"time"

	"moonwire/store"
)

// otherProcessPoll is how often a turn looks whether the run that holds its message is over.
const otherProcessPoll = 50 * time.Millisecond

// awaitOtherProcess answers a push that turned out to be another run's, after this run had changed nothing, with that
// run's reply. When the other run was cut short, the answer is "success".
func (f *Fleet) awaitOtherProcess(ctx context.Context, w *work) {
	if w.timed != nil { // nobody waits for it
		f.interrupt(w)
		return
	}
	for {
		st, err := w.memory.turn.Begin(f.life, true)
		switch {
		case f.life.Err() != nil:
			f.interrupt(w)
			return
		case err != nil, st.Mine: // this run has been stopped; a repeat runs it anew
			f.giveUp(w)
			f.giveUpClaim(w)
			f.freeCapacity(w)
			f.leave(w)
			return
		case st.Done:
			f.answerAgain(w, st)
			return
		}
		if !f.awaitStir(ctx, w) {
			return
		}
	}
}

// awaitStir waits while another process runs the message. false: the turn was dealt with.
func (f *Fleet) awaitStir(ctx context.Context, w *work) bool {
	hurried := w.hurried()
	for {
		passed, stop := f.o.After.timer(otherProcessPoll)
		select {
		case <-passed:
			stirred, err := w.memory.turn.Stirred(f.life)
			if err == nil && stirred {
				return true
			}
		case <-hurried:
			stop()
			f.unwait(w)
			w.result = f.repeated(w, nil)
			f.hurryOut(w)
			return false
		case <-ctx.Done():
			stop()
			w.result = f.repeated(w, nil)
			f.interrupt(w)
			return false
		}
	}
}

// answerAgain gives the answer that another run has given.
func (f *Fleet) answerAgain(w *work, st store.Standing) {
	if st.Interrupted {
		f.interrupted(store.Claim{Account: w.account.name, Key: w.key, OpenID: w.fan.openid, At: st.Began})
	}
	w.result = f.repeated(w, st.Reply)
	f.hurryOut(w)
	if w.delivery != nil && !w.result.written {
		f.returnReply(w, st.Reply)
	}
}

func (f *Fleet) repeated(w *work, packed []byte) *result {
	now := f.o.Now()
	r := &result{outcome: Repeated, packed: packed, began: now, ended: now}
	if w.result != nil {
		r.began = w.result.began
	}
	return r
}

// hurryOut answers who still waits and sends nothing later: what is late is another run's, or said again.
func (f *Fleet) hurryOut(w *work) {
	r := w.result
	for _, at := range f.endPush(w, r.packed) {
		r.written = at.answer(r.packed, OnReturn) && !at.stale(f.o.Now()) || r.written
	}
	r.answered = f.o.Now()
	f.freeCapacity(w)
	f.close(w)
}
