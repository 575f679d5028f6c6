package bot

// giveUpClaim gives a message up that this turn has claimed and not acted for.
func (f *Fleet) giveUpClaim(w *work) {
	f.tell(w, w.memory.turn.Release(f.beyond))
}

// leaveLine lets the fan's next turn in another process begin.
func (f *Fleet) leaveLine(w *work) { f.tell(w, w.memory.turn.Leave(f.beyond)) }

func (f *Fleet) unwait(w *work) { f.tell(w, w.memory.turn.Unwait(f.beyond)) }

// tell logs what only makes other processes wait.
func (f *Fleet) tell(w *work, err error) {
	if err != nil {
		f.o.Log.Warn("other processes could not be told that a turn is over", "account", w.account.name, "trace", w.trace, "error", err)
	}
}

// returnReply deals with another run's reply that reached nobody. The run that owns it may rely on its having been
// given; then it stands in front of the fan's next text.
func (f *Fleet) returnReply(w *work, packed []byte) {
	returned, err := w.memory.turn.Untaken(f.beyond)
	f.tell(w, err)
	if err == nil && !returned {
		f.putLateAnswer(w, newLateAnswer(inFront, packed))
	}
}
