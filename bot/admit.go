package bot

import "context"

// admit waits until a turn may run: its fan's turns before it are done and the account has room. false:
// nobody waits for it any more, or the process ends; its attempts are dealt with.
func (f *Fleet) admit(t *turn) bool {
	if t.start != nil {
		<-t.start
		t.account.queued.Add(-1)
	}
	if t.behind {
		if err := t.memory.turn.InOrder(f.life); err != nil {
			t.why = whyStore
			f.giveUp(t)
			return false
		}
	}
	if !t.account.room.TryAcquire(t.edition.share) && !f.waitForRoom(t) {
		return false
	}
	t.inRoom = true
	t.account.turns.Add(1)
	if f.life.Err() != nil {
		f.makeRoom(t)
		t.why = whyEnding
		f.giveUp(t)
		return false
	}
	return true
}

// waitForRoom queues a turn in its account. The watchdog closes the attempts that wait too long and then
// takes the turn back.
func (f *Fleet) waitForRoom(t *turn) bool {
	a := t.account
	if a.queued.Add(1) > t.edition.queue {
		a.queued.Add(-1)
		t.why = whyFull
		f.giveUp(t)
		return false
	}
	defer a.queued.Add(-1)
	ctx, cancel := context.WithCancel(f.life)
	defer cancel()
	if !t.await(cancel) {
		return false
	}
	err := a.room.Acquire(ctx, t.edition.share)
	gone := !t.await(nil)
	switch {
	case err == nil && !gone:
		return true
	case err == nil:
		a.room.Release(t.edition.share)
	case !gone:
		t.why = whyEnding
		f.giveUp(t)
	}
	return false
}

// await sets what ends the wait for room; false when the turn was taken back.
func (t *turn) await(cancel context.CancelFunc) bool {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	t.cancel = cancel
	return !t.over
}

func (f *Fleet) makeRoom(t *turn) {
	if !t.inRoom {
		return
	}
	t.inRoom = false
	t.account.turns.Add(-1)
	t.account.room.Release(t.edition.share)
}

// giveUp forgets a turn that has not answered: its attempts are closed, so that the platform asks again,
// here or elsewhere.
func (f *Fleet) giveUp(t *turn) {
	for _, at := range f.book.forget(t) {
		at.drop()
	}
}
