package bot

import "errors"

// againAtMost is how often a turn is run anew since its conversation went on without it.
const againAtMost = 3

// errLost is what became of a turn that had acted when its conversation went on without it.
var errLost = errors.New("the conversation has ended, or gone on, while this turn ran; what the turn had done stands")

// overtaken reports whether the turn is to be run anew: the fan's conversation has gone on, or ended, since the turn looked
// at it, by another process or an operator. Nothing of the turn was noted then.
func (f *Fleet) overtaken(w *work) bool {
	switch {
	case !w.memory.lost:
		return false
	case !w.mayAgain():
		if w.result.err != nil {
			w.result.err = errLost
		}
		return false
	}
	before := w.result.out
	before.Conversation, before.Reply, before.More = nil, nil, nil
	w.again = &before
	w.agains++
	w.memory.lost, w.memory.row = false, nil
	w.ran = result{}
	return true
}

// mayAgain reports whether the turn has done nothing in its conversation, and the fan has seen nothing of it.
func (w *work) mayAgain() bool {
	return !w.memory.noted && w.spoken == nil && w.agains < againAtMost
}
