package bot

import "time"

// borrowEvery is how often a turn looks whether the run that holds its message is over.
const borrowEvery = 50 * time.Millisecond

// borrow answers a push that another process runs, or has run, with that run's reply. This run has changed
// nothing. When the other run was cut short, the answer is "success".
func (f *Fleet) borrow(t *turn) {
	now := f.o.Now()
	t.result = &result{outcome: Repeated, began: t.result.began, ended: now}
	hurried := t.waitHurried()
	tick := time.NewTicker(borrowEvery)
	defer tick.Stop()
	for {
		c, held, err := f.o.Store.Claim(f.life, t.account.name, t.key)
		switch {
		case err != nil, !held:
			f.giveUp(t)
			f.makeRoom(t)
			f.leave(t)
			return
		case c.Finished:
			t.result.packed = c.Reply
			f.hurryOut(t)
			return
		}
		select {
		case <-tick.C:
		case <-hurried:
			f.hurryOut(t)
			return
		case <-f.life.Done():
			f.interrupt(t)
			return
		}
	}
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
		r.written = at.answer(r.packed, OnReturn) || r.written
	}
	r.answered = f.o.Now()
	f.makeRoom(t)
	f.close(t)
}
