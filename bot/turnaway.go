package bot

import (
	"time"

	"moonwire/store"
	"moonwire/wechat"
)

// busyEarly is how long before an attempt's window ends a text that waits behind a question to a language model is
// turned away.
const busyEarly = 500 * time.Millisecond

// asking is for a turn that asks a language model: while it does, the fan's next texts are not kept waiting for it.
func (f *Fleet) asking(w *work) func(busy string) {
	if w.delivery == nil {
		return nil
	}
	return func(busy string) {
		p, told := w.place, packText(busy, f.o.Now())
		p.shard.mu.Lock()
		p.busy = told
		p.shard.mu.Unlock()
		if told == nil {
			return
		}
		f.tell(w, w.memory.turn.Asks(f.life, told))
	}
}

// turned is closed when the push is turned away; nil without a push.
func (w *work) turned() <-chan struct{} {
	d := w.delivery
	if d == nil {
		return nil
	}
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	if d.turned == nil {
		d.turned = make(chan struct{})
	}
	return d.turned
}

// turnedAway is what a text is told that waits behind a question to a language model and has no time left; nil when it
// goes on waiting. The shard's lock is held.
func (d *delivery) turnedAway(now time.Time) []byte {
	if d.queue == nil || d.late != "" || d.turned == nil || len(d.open) == 0 {
		return nil
	}
	told := d.elsewhere
	if d.queue.head != &d.place {
		told = d.queue.head.busy
	}
	if told == nil {
		return nil
	}
	if m := d.work.push.Message; m.IsEvent() || m.MsgType != "text" {
		return nil
	}
	for _, at := range d.open {
		if !now.Before(at.due.Add(-busyEarly)) {
			return told
		}
	}
	return nil
}

// turnAway answers all attempts of a push, takes it out of its fan's queue, and lets its goroutine go.
func (s *shard) turnAway(d *delivery, busy []byte, now time.Time, late []overdue) []overdue {
	for _, at := range d.open {
		late = append(late, overdue{at: at, reply: busy})
	}
	d.open = nil
	d.early = busy
	s.recent.put(d.work.key, d.work.trace, busy, now)
	delete(s.running, d.work.key)
	d.over = true
	s.takeOut(&d.place)
	close(d.turned)
	return late
}

// finishTurnedAway records a push that was turned away, and tells other processes what it was told.
func (f *Fleet) finishTurnedAway(w *work) {
	now := f.o.Now()
	told := w.delivery.early
	w.result = &result{packed: told, outcome: Busy, began: now, ended: now, answered: now, written: true}
	if text, ok := packedContent(told); ok {
		w.result.reply = &wechat.Reply{Type: "text", Content: text}
	}
	if w.place.claims {
		if err := w.memory.turn.Finish(f.beyond, store.Result{Reply: told}); err != nil {
			f.o.Log.Warn("a message that was turned away could not be told to other processes", "account", w.account.name, "trace", w.trace, "error", err)
		}
	}
	f.close(w)
}
