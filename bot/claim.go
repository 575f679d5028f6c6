package bot

import (
	"context"

	"moonwire/store"
)

// claim claims what other processes may have, too, before it is done. false: another has it, and the work was dealt
// with.
func (f *Fleet) claim(ctx context.Context, w *work) bool {
	for {
		st, err := f.findPlace(w)
		w.since(st.Began)
		if st.Mine {
			w.behind = st.Behind
			return true
		}
		w.place.stepOut()
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
		if !f.awaitStir(ctx, w) {
			return false
		}
		if !w.place.again() { // it is nobody's any more, and the fan has too many waiting
			f.drop(w)
			return false
		}
	}
}

// findPlace claims a push after the fan's push before it, so that they have the same order in all processes.
func (f *Fleet) findPlace(w *work) (store.Standing, error) {
	if w.place.before != nil {
		<-w.place.before
		w.place.before = nil
	}
	if w.place.placed != nil {
		defer close(w.place.placed)
	}
	return w.memory.turn.Begin(f.life, w.fetches)
}
