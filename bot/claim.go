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
func (f *Fleet) claim(t *turn) bool {
	for {
		st, err := f.place(t)
		f.book.since(t, st.Began)
		if st.Mine {
			t.behind = st.Behind
			return true
		}
		f.book.stepOut(t)
		switch {
		case err != nil:
			t.why = whyStore
			f.o.Log.Error(whyStore, "account", t.account.name, "trace", t.trace, "error", err)
			f.drop(t)
			return false
		case st.Done:
			f.answerAgain(t, st)
			return false
		}
		if !f.awaitOther(t) {
			return false
		}
		if !f.book.again(t) { // it is nobody's any more, and the fan has too many waiting
			f.drop(t)
			return false
		}
	}
}

// place claims a push after the fan's push before it, so that they have the same order in all processes.
func (f *Fleet) place(t *turn) (store.Standing, error) {
	if t.before != nil {
		<-t.before
		t.before = nil
	}
	if t.placed != nil {
		defer close(t.placed)
	}
	return t.memory.turn.Begin(f.life, t.fetches)
}

// drop ends a turn that has not run: the platform asks again.
func (f *Fleet) drop(t *turn) {
	f.giveUp(t)
	f.unwait(t)
	f.release(t)
	f.dropped(t)
	f.leave(t)
}

// release gives a message up that this turn has claimed and not acted for.
func (f *Fleet) release(t *turn) {
	f.tell(t, t.memory.turn.Release(context.WithoutCancel(f.life)))
}

// leaveLine lets the fan's next turn in another process begin.
func (f *Fleet) leaveLine(t *turn) { f.tell(t, t.memory.turn.Leave(context.WithoutCancel(f.life))) }

func (f *Fleet) unwait(t *turn) { f.tell(t, t.memory.turn.Unwait(context.WithoutCancel(f.life))) }

// tell logs what only makes other processes wait.
func (f *Fleet) tell(t *turn, err error) {
	if err != nil {
		f.o.Log.Warn("other processes could not be told that a turn is over", "account", t.account.name, "trace", t.trace, "error", err)
	}
}

// untaken deals with another run's reply that reached nobody. The run that owns it may rely on its having been
// given; then it stands in front of the fan's next text.
func (f *Fleet) untaken(t *turn, packed []byte) {
	returned, err := t.memory.turn.Untaken(context.WithoutCancel(f.life))
	f.tell(t, err)
	if err == nil && !returned {
		f.keepAnswer(t, keptRefused, packed)
	}
}

// oursToSend asks, before a late answer goes out in another way than as the reply, whether another process has
// given it meanwhile; then only what follows it is sent.
func (f *Fleet) oursToSend(t *turn) bool {
	where, err := t.memory.turn.Settle(context.WithoutCancel(f.life), t.early)
	f.tell(t, err)
	switch where {
	case store.Given:
		t.result.written = true
		t.result.outcome = orOutcome(t.result.outcome, Answered)
		f.sendRest(t)
	case store.Lost:
		t.result.outcome = Repeated
	}
	return where == store.Ours
}

// away says that a turn's attempts were all answered early, and with what: the reply goes another way.
func (b *book) away(t *turn) (away bool, told []byte) {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	return t.late != "" && len(t.open) == 0, t.early
}

// since notes when the first delivery of a push was, which may have gone to another process, and which attempts
// those here must be then.
func (b *book) since(t *turn, first time.Time) {
	if first.IsZero() {
		return
	}
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	if !first.Before(t.first) {
		return
	}
	t.first = first
	for _, at := range t.open {
		at.n = max(at.n, nth(at.received.Sub(first)))
	}
}

// stepOut takes a turn out of its fan's lane, wherever it stands.
func (b *book) stepOut(t *turn) {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	l := t.lane
	if l == nil {
		return
	}
	if t.start != nil {
		t.account.queued.Add(-1)
		t.start = nil
	}
	if l.head == t {
		s.leave(t)
		return
	}
	before := l.head
	for before.next != t {
		before = before.next
	}
	before.next = t.next
	if l.tail == t {
		l.tail = before
	}
	l.n--
	t.lane, t.next = nil, nil
}

// again puts a turn back into its fan's lane, at the end.
func (b *book) again(t *turn) bool {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	return t.shard.enter(t)
}
