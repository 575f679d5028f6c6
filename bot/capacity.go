package bot

import "context"

// admit waits until work may be done: its fan's work before it is done and the account has capacity. ctx ends the
// wait. false: it is to be dropped, for the reason why.
func (f *Fleet) admit(ctx context.Context, w *work) bool {
	if w.place.start != nil && !w.awaitStart(ctx) {
		if w.turnedAway {
			return false
		}
		w.place.stepOut()
		w.why = whyGone
		return false
	}
	if w.behind {
		if err := f.awaitOrder(ctx, w); err != nil {
			w.why = whyStore
			return false
		}
		if w.turnedAway {
			return false
		}
	}
	if !w.account.capacity.TryAcquire(w.release.weight) && !f.waitForCapacity(ctx, w) {
		return false
	}
	w.holdCapacity()
	if f.life.Err() != nil {
		f.freeCapacity(w)
		w.why = whyEnding
		return false
	}
	return true
}

// awaitStart waits for the fan's work before this. A push always waits: the watchdog closes its attempts, and each turn
// ends.
func (w *work) awaitStart(ctx context.Context) bool {
	var gone <-chan struct{}
	if w.delivery == nil {
		gone = ctx.Done()
	}
	select {
	case <-w.place.start: // first, since being turned away takes it away
		w.account.queued.Add(-1)
		return true
	case <-w.turned():
		w.turnedAway = true
		return false
	case <-gone:
		return false
	}
}

// waitForCapacity queues work in its account. The watchdog closes the attempts that wait too long and then
// takes the push back.
func (f *Fleet) waitForCapacity(ctx context.Context, w *work) bool {
	a := w.account
	if a.queued.Add(1) > w.release.queue {
		a.queued.Add(-1)
		w.why = whyFull
		return false
	}
	defer a.queued.Add(-1)
	ctx, cancel := context.WithCancel(ctx)
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
	}
	return false
}

// await sets what ends the wait of a push for capacity; false when it was taken back.
func (w *work) await(cancel context.CancelFunc) bool {
	return w.delivery == nil || w.delivery.await(cancel)
}

func (w *work) holdCapacity() {
	w.hasCapacity = true
	w.account.turns.Add(1)
}

func (w *work) letGo() {
	w.hasCapacity = false
	w.account.turns.Add(-1)
	w.account.capacity.Release(w.release.weight)
}

// outside gives the capacity away while the script waits for somebody outside, so that the account's other turns go on.
// Where too many wait it is held on to, so that no more begin. Back again, a turn takes what is free and never waits for
// it: it has its memory already, and computes when the engine has a slot.
func (w *work) outside(waits bool) {
	a := w.account
	switch {
	case waits && w.hasCapacity:
		if a.waiting.Add(1) > w.release.waiting {
			a.waiting.Add(-1)
			return
		}
		w.waits = true
		w.letGo()
	case !waits && w.waits && a.capacity.TryAcquire(w.release.weight):
		w.stopWaiting()
		w.holdCapacity()
	}
}

func (w *work) stopWaiting() {
	w.waits = false
	w.account.waiting.Add(-1)
}

func (f *Fleet) freeCapacity(w *work) {
	switch {
	case w.hasCapacity:
		w.letGo()
	case w.waits:
		w.stopWaiting()
	}
}
