package bot

import "fmt"

// Why work is given up before it is done.
const (
	whyEnding = "the process is ending"
	whyFull   = "the account's queue is full; account.yaml limits: { queue: …, turns: … } raises it"
	whyFan    = "the fan has too many messages waiting"
	whyGone   = "nobody waits for it any more"
	whyStore  = "the store could not be asked whether another process has the push"
)

// drop ends work that has not begun, for the reason why: the platform asks again.
func (f *Fleet) drop(w *work) {
	f.giveUp(w)
	f.unwait(w)
	f.giveUpClaim(w)
	f.dropped(w)
	f.leave(w)
}

// interrupt ends a turn that the end of the process cut short. Its attempts are closed, so that the platform
// asks again; if the turn has claimed its message, the claim will tell.
func (f *Fleet) interrupt(w *work) {
	w.result.outcome = Interrupted
	f.breakOff(w)
	f.giveUp(w)
	f.giveUpClaim(w)
	f.freeCapacity(w)
	f.close(w)
}

// giveUp forgets a push that has no answer: its attempts are closed, so that the platform asks again, here or
// elsewhere.
func (f *Fleet) giveUp(w *work) {
	if w.delivery == nil {
		return
	}
	for _, at := range w.end(f.pushes.forget(w.delivery)) {
		at.drop()
	}
}

// dropped reports an attempt that found no capacity.
func (f *Fleet) dropped(w *work) {
	now := f.o.Now()
	if w.why == "" {
		w.why = fmt.Sprintf("no room within %s: the account's turns, or the fan's before it, take too long", f.o.ReplyWindow)
	}
	w.result = &result{outcome: Dropped, began: now, ended: now}
	f.record(w)
}

// whyRefused is why the push book takes no more.
func (f *Fleet) whyRefused() string {
	if f.pushes.draining.Load() {
		return whyEnding
	}
	return whyFan
}
