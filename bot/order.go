package bot

import (
	"context"
	"time"
)

// awaitOrder waits until no earlier turn of the fan runs in another process. A text that waits for a language model there
// is turned away in time.
func (f *Fleet) awaitOrder(ctx context.Context, w *work) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	turned := w.turned()
	w.begun()
	err := w.memory.turn.InOrder(ctx, func(ctx context.Context, d time.Duration) {
		f.heedOthers(ctx, w)
		passed, stop := f.o.After.timer(d)
		defer stop()
		select {
		case <-passed:
		case <-turned:
			cancel()
		case <-ctx.Done():
		}
	})
	if w.goesOn() {
		return err
	}
	w.turnedAway = true
	return nil
}

// begun says that no work before this one is under way here.
func (w *work) begun() {
	w.place.shard.mu.Lock()
	defer w.place.shard.mu.Unlock()
	w.place.start = nil
}

// heedOthers notes what a push is to be told that waits for another process. Who asks for an answer is not turned away.
func (f *Fleet) heedOthers(ctx context.Context, w *work) {
	d := w.delivery
	if d == nil || !isText(w.push.Message) || isFetchWord(w.release, w.push.Message) {
		return
	}
	told, err := w.memory.turn.AskedAhead(ctx)
	if err != nil {
		return // InOrder will meet it, too
	}
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.elsewhere = told
}

// goesOn ends the wait for other processes; false when the push was turned away before.
func (w *work) goesOn() bool {
	d := w.delivery
	if d == nil {
		return true
	}
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.elsewhere = nil
	select {
	case <-d.turned:
		return false
	default:
		return true
	}
}
