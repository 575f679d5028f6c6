package bot

import (
	"context"
	"time"

	"moonwire/store"
)

// Why a push that other processes may have, too, is left for the platform to ask again.
const whyStore = "the store could not be asked whether another process has the push"

// claim claims a push that other processes may have, too, before its turn runs. false: another has it, and the
// turn was dealt with.
func (f *Fleet) claim(w *work) bool {
	for {
		st, err := f.place(w)
		f.pushes.since(w, st.Began)
		if st.Mine {
			w.behind = st.Behind
			return true
		}
		f.pushes.stepOut(w)
		switch {
		case err != nil:
			w.why = whyStore
			f.o.Log.Error(whyStore, "account", w.account.name, "trace", w.trace, "error", err)
			f.drop(w)
			return false
		case st.Done:
			f.answerAgain(w, st)
			return false
		}
		if !f.awaitStir(w) {
			return false
		}
		if !f.pushes.again(w) { // it is nobody's any more, and the fan has too many waiting
			f.drop(w)
			return false
		}
	}
}

// place claims a push after the fan's push before it, so that they have the same order in all processes.
func (f *Fleet) place(w *work) (store.Standing, error) {
	if w.before != nil {
		<-w.before
		w.before = nil
	}
	if w.placed != nil {
		defer close(w.placed)
	}
	return w.memory.turn.Begin(f.life, w.fetches)
}

// drop ends a turn that has not run: the platform asks again.
func (f *Fleet) drop(w *work) {
	f.giveUp(w)
	f.unwait(w)
	f.giveUpClaim(w)
	f.dropped(w)
	f.leave(w)
}

// release gives a message up that this turn has claimed and not acted for.
func (f *Fleet) giveUpClaim(w *work) {
	f.tell(w, w.memory.turn.Release(context.WithoutCancel(f.life)))
}

// leaveLine lets the fan's next turn in another process begin.
func (f *Fleet) leaveLine(w *work) { f.tell(w, w.memory.turn.Leave(context.WithoutCancel(f.life))) }

func (f *Fleet) unwait(w *work) { f.tell(w, w.memory.turn.Unwait(context.WithoutCancel(f.life))) }

// tell logs what only makes other processes wait.
func (f *Fleet) tell(w *work, err error) {
	if err != nil {
		f.o.Log.Warn("other processes could not be told that a turn is over", "account", w.account.name, "trace", w.trace, "error", err)
	}
}

// untaken deals with another run's reply that reached nobody. The run that owns it may rely on its having been
// given; then it stands in front of the fan's next text.
func (f *Fleet) returnReply(w *work, packed []byte) {
	returned, err := w.memory.turn.Untaken(context.WithoutCancel(f.life))
	f.tell(w, err)
	if err == nil && !returned {
		f.putLateAnswer(w, lateRefused, packed)
	}
}

// oursToSend asks, before a late answer goes out in another way than as the reply, whether another process has
// given it meanwhile; then only what follows it is sent.
func (f *Fleet) oursToSend(w *work) bool {
	where, err := w.memory.turn.Settle(context.WithoutCancel(f.life), w.early)
	f.tell(w, err)
	switch where {
	case store.Given:
		w.result.written = true
		w.result.outcome = orOutcome(w.result.outcome, Answered)
		f.sendRest(w)
	case store.Lost:
		w.result.outcome = Repeated
	}
	return where == store.Ours
}

// away says that a turn's attempts were all answered early, and with what: the reply goes another way.
func (p *pushes) away(w *work) (away bool, told []byte) {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	return w.late != "" && len(w.open) == 0, w.early
}

// since notes when the first delivery of a push was, which may have gone to another process, and which attempts
// those here must be then.
func (p *pushes) since(w *work, first time.Time) {
	if first.IsZero() {
		return
	}
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	if !first.Before(w.first) {
		return
	}
	w.first = first
	for _, at := range w.open {
		at.n = max(at.n, nth(at.received.Sub(first)))
	}
}

// stepOut takes a turn out of its fan's queue, wherever it stands.
func (p *pushes) stepOut(w *work) {
	s := w.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	q := w.queue
	if q == nil {
		return
	}
	if w.start != nil {
		w.account.queued.Add(-1)
		w.start = nil
	}
	if q.head == w {
		s.leave(w)
		return
	}
	before := q.head
	for before.next != w {
		before = before.next
	}
	before.next = w.next
	if q.tail == w {
		q.tail = before
	}
	q.n--
	w.queue, w.next = nil, nil
}

// again puts a turn back into its fan's queue, at the end.
func (p *pushes) again(w *work) bool {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	return w.shard.enter(w)
}
