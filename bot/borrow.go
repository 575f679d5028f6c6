package bot

import (
	"time"

	"moonwire/store"
)

// borrowEvery is how often a turn looks whether the run that holds its message is over.
const borrowEvery = 50 * time.Millisecond

// borrow answers a push that turned out to be another run's, after this run had changed nothing, with that run's
// reply. When the other run was cut short, the answer is "success".
func (f *Fleet) borrow(t *turn) {
	for {
		st, err := t.memory.turn.Begin(f.life, true)
		switch {
		case f.life.Err() != nil:
			f.interrupt(t)
			return
		case err != nil, st.Mine: // this run has been stopped; a repeat runs it anew
			f.giveUp(t)
			f.release(t)
			f.makeRoom(t)
			f.leave(t)
			return
		case st.Done:
			f.answerAgain(t, st)
			return
		}
		if !f.awaitOther(t) {
			return
		}
	}
}

// awaitOther waits while another process runs the message. false: the turn was dealt with.
func (f *Fleet) awaitOther(t *turn) bool {
	hurried := t.waitHurried()
	tick := time.NewTicker(borrowEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			stirred, err := t.memory.turn.Stirred(f.life)
			if err == nil && stirred {
				return true
			}
		case <-hurried:
			f.unwait(t)
			t.result = f.repeated(t, nil)
			f.hurryOut(t)
			return false
		case <-f.life.Done():
			t.result = f.repeated(t, nil)
			f.interrupt(t)
			return false
		}
	}
}

// answerAgain gives the answer that another run has given.
func (f *Fleet) answerAgain(t *turn, st store.Standing) {
	if st.Interrupted {
		f.interrupted(store.Claim{Account: t.account.name, Key: t.key, OpenID: t.fan.openid, At: st.Began})
	}
	t.result = f.repeated(t, st.Reply)
	f.hurryOut(t)
	if !t.result.written {
		f.untaken(t, st.Reply)
	}
}

func (f *Fleet) repeated(t *turn, packed []byte) *result {
	now := f.o.Now()
	r := &result{outcome: Repeated, packed: packed, began: now, ended: now}
	if t.result != nil {
		r.began = t.result.began
	}
	return r
}

// waitHurried is closed when nobody waits for the turn any more.
func (t *turn) waitHurried() <-chan struct{} {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	hurry := make(chan struct{})
	if t.late != "" && len(t.open) == 0 {
		close(hurry)
	} else {
		t.hurry = hurry
	}
	return hurry
}

// hurryOut answers who still waits and sends nothing later: what is late is another run's, or said again.
func (f *Fleet) hurryOut(t *turn) {
	r := t.result
	for _, at := range f.book.end(t, r.packed, f.o.Now()) {
		r.written = at.answer(r.packed, OnReturn) && !at.stale(f.o.Now()) || r.written
	}
	r.answered = f.o.Now()
	f.makeRoom(t)
	f.close(t)
}
