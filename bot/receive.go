package bot

import (
	"errors"
	"sync"
	"time"

	"moonwire/wechat"
)

// Verify answers the check that WeChat makes when an address is saved: GET with the echo to give back.
func (f *Fleet) Verify(account string, q wechat.Query) (echo string, ok bool) {
	a, _ := f.find(account, nil)
	if a == nil {
		return "", false
	}
	rel := f.releaseOf(a, nil)
	if rel == nil {
		return "", false
	}
	echo, err := rel.callback.Verify(q)
	if err != nil {
		f.refused(a, err)
		return "", false
	}
	return echo, true
}

// Receive takes one attempt of the platform and blocks until it is answered, refused or hung up. A new push runs
// its turn on this very goroutine.
func (f *Fleet) Receive(account string, q wechat.Query, body Body, r Responder) {
	received := f.o.Now()
	a, listed := f.find(account, r.Gone)
	switch {
	case a != nil:
	case listed:
		r.Refuse()
		return
	default:
		r.Drop() // so that the platform asks again
		return
	}
	rel := f.releaseOf(a, r)
	if rel == nil {
		return
	}
	push, err := rel.open(q, body)
	if err != nil {
		f.refused(a, err)
		r.Refuse()
		return
	}
	f.attempt(a, rel, &attempt{
		r: r, callback: rel.callback, push: push, received: received, due: received.Add(f.o.ReplyWindow),
	})
}

func (f *Fleet) attempt(a *Account, rel *release, at *attempt) {
	m := at.push.Message
	w := f.newWork(a, rel, fan{a.name, m.OpenID()}, m.Key(a.name), at.received)
	w.push, w.shows = at.push, m.Repliable()
	w.fetches = f.asksForAnswer(a, rel, m, w.fan)
	w.delivery = &delivery{work: w, first: at.received}
	w.stand(&w.delivery.place)
	w.place.delivery = w.delivery
	switch role, known := f.pushes.begin(w, at); role {
	case runs:
		f.run(f.life, w)
	case joins:
		f.await(w, at)
	case repeat:
		f.repeat(w, at, known)
	case refuse:
		w.why = f.whyRefused()
		f.dropped(w)
		at.drop()
	}
}

// await waits on a joined attempt until somebody has answered it or the platform has hung up.
func (f *Fleet) await(w *work, at *attempt) {
	select {
	case <-at.done:
		return
	case <-at.r.Gone():
	}
	if !f.pushes.hangUp(w.delivery, at) {
		<-at.done // somebody is answering it right now
	}
}

// repeat gives the answer that was given before.
func (f *Fleet) repeat(w *work, at *attempt, known known) {
	wire := OnReturn
	if known.untaken != nil {
		wire = known.untaken.work.result.wire()
	}
	written := at.answer(known.reply, wire)
	if d := known.untaken; d != nil {
		if r := d.work.result; written {
			r.written = true
			r.outcome = orOutcome(r.outcome, Answered)
			r.answered = f.o.Now()
			f.follow(d.work, false)
		} else {
			f.pushes.reopen(d)
			f.leaveUntaken(d.work)
		}
		return
	}
	now := f.o.Now()
	w.trace = known.trace
	w.result = &result{outcome: Repeated, packed: known.reply, began: now, ended: now, answered: now, written: written}
	if text, ok := packedContent(known.reply); ok {
		w.result.reply = &wechat.Reply{Type: "text", Content: text}
	}
	f.record(w)
}

// refusals limits what strangers can write into the log: one line a second and account, which says how many
// more there were.
type refusals struct {
	mu     sync.Mutex
	last   time.Time
	silent int
}

func (r *refusals) allow(now time.Time) (silent int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.last.IsZero() && now.Sub(r.last) < time.Second {
		r.silent++
		return 0, false
	}
	silent, r.silent, r.last = r.silent, 0, now
	return silent, true
}

// causeUnreadable is the cause of a refusal where no whole body came.
const causeUnreadable wechat.Cause = "unreadable"

func (f *Fleet) refused(a *Account, err error) {
	silent, ok := a.refusals.allow(f.o.Now())
	if !ok {
		return
	}
	cause := causeUnreadable
	var refusal *wechat.Refusal
	if errors.As(err, &refusal) {
		cause = refusal.Cause
	}
	f.o.Log.Warn("push refused", "account", a.name, "cause", string(cause), "error", err.Error(), "more", silent)
}
