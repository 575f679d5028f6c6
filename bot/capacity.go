package bot

import "context"

// admit waits until a turn may run: its fan's turns before it are done and the account has capacity. false:
// nobody waits for it any more, or the process ends; its attempts are dealt with.
func (f *Fleet) admit(w *work) bool {
	if w.start != nil {
		<-w.start
		w.account.queued.Add(-1)
	}
	if w.behind {
		if err := w.memory.turn.InOrder(f.life); err != nil {
			w.why = whyStore
			f.giveUp(w)
			return false
		}
	}
	if !w.account.capacity.TryAcquire(w.release.weight) && !f.waitForCapacity(w) {
		return false
	}
	w.hasCapacity = true
	w.account.turns.Add(1)
	if f.life.Err() != nil {
		f.freeCapacity(w)
		w.why = whyEnding
		f.giveUp(w)
		return false
	}
	return true
}

// waitForCapacity queues a turn in its account. The watchdog closes the attempts that wait too long and then
// takes the turn back.
func (f *Fleet) waitForCapacity(w *work) bool {
	a := w.account
	if a.queued.Add(1) > w.release.queue {
		a.queued.Add(-1)
		w.why = whyFull
		f.giveUp(w)
		return false
	}
	defer a.queued.Add(-1)
	ctx, cancel := context.WithCancel(f.life)
	defer cancel()
	if !w.await(cancel) {
		return false
	}
	err := a.capacity.Acquire(ctx, w.release.weight)
	gone := !w.await(nil)
	switch {
	case err == nil && !gone:
		return true
	case err == nil:
		a.capacity.Release(w.release.weight)
	case !gone:
		w.why = whyEnding
		f.giveUp(w)
	}
	return false
}

// await sets what ends the wait for capacity; false when the turn was taken back.
func (w *work) await(cancel context.CancelFunc) bool {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	w.cancel = cancel
	return !w.over
}

func (f *Fleet) freeCapacity(w *work) {
	if !w.hasCapacity {
		return
	}
	w.hasCapacity = false
	w.account.turns.Add(-1)
	w.account.capacity.Release(w.release.weight)
}

// giveUp forgets a turn that has not answered: its attempts are closed, so that the platform asks again,
// here or elsewhere.
func (f *Fleet) giveUp(w *work) {
	for _, at := range f.pushes.forget(w) {
		at.drop()
	}
}
