package bot

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"moonwire/store"
	"moonwire/wechat"
)

// Verify answers the check that WeChat makes when an address is saved: GET with the echo to give back.
func (f *Fleet) Verify(account string, q wechat.Query) (echo string, ok bool) {
	a, _ := f.find(account, nil)
	if a == nil {
		return "", false
	}
	e := f.editionOf(a, nil)
	if e == nil {
		return "", false
	}
	echo, err := e.callback.Verify(q)
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
	a, listed := f.find(account, r.Gone())
	switch {
	case a != nil:
	case listed:
		r.Refuse()
		return
	default:
		r.Drop() // so that the platform asks again
		return
	}
	e := f.editionOf(a, r)
	if e == nil {
		return
	}
	push, err := e.open(q, body)
	if err != nil {
		f.refused(a, err)
		r.Refuse()
		return
	}
	f.attempt(a, e, &attempt{
		r: r, callback: e.callback, push: push, received: received, due: received.Add(f.o.ReplyWindow),
	})
}

// find is the account of that name. Until the folders have been listed nobody can say that one is not there, and
// until the other processes know of this one it takes no message; so the caller waits, within an attempt's window.
func (f *Fleet) find(name string, gone <-chan struct{}) (a *Account, listed bool) {
	select {
	case <-f.ready:
		return f.Account(name), true
	default:
	}
	timer := time.NewTimer(f.o.ReplyWindow)
	defer timer.Stop()
	select {
	case <-f.ready:
		return f.Account(name), true
	case <-timer.C:
	case <-gone:
	}
	return nil, false
}

func (f *Fleet) attempt(a *Account, e *edition, at *attempt) {
	m := at.push.Message
	id := f.o.Store.Trace()
	t := &turn{
		key: m.Key(a.name), fan: fan{a.name, m.OpenID()}, account: a, edition: e, push: at.push,
		id: id, trace: shortTrace(id), received: at.received, first: at.received, shows: m.Repliable(),
	}
	t.memory = &memory{turn: f.o.Store.Turn(store.TurnKey{
		Account: a.name, Key: t.key, OpenID: at.push.OpenID(), At: at.received, Quota: e.storeRoom(),
	})}
	if f.asksForAnswer(a, e, m, t.fan) {
		t.fetches = true
		t.hurry = make(chan struct{})
		t.hurried = t.hurry
	}
	switch role, known := f.book.begin(t, at); role {
	case runs:
		f.run(t)
	case joins:
		f.await(t, at)
	case repeat:
		f.repeat(t, at, known)
	case refuse:
		t.why = "the fan has too many messages waiting"
		if f.book.draining.Load() {
			t.why = whyEnding
		}
		f.dropped(t)
		at.drop()
	}
}

// await waits on a joined attempt until somebody has answered it or the platform has hung up.
func (f *Fleet) await(t *turn, at *attempt) {
	select {
	case <-at.done:
		return
	case <-at.r.Gone():
	}
	if !f.book.hangUp(t, at) {
		<-at.done // somebody is answering it right now
	}
}

// hangUp takes an attempt off its turn.
func (b *book) hangUp(t *turn, at *attempt) bool {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	running := s.running[t.key]
	return running != nil && running.drop(at)
}

// repeat gives the answer that was given before.
func (f *Fleet) repeat(t *turn, at *attempt, known known) {
	wire := OnReturn
	if known.orphan != nil {
		wire = known.orphan.result.wire()
	}
	written := at.answer(known.reply, wire)
	if o := known.orphan; o != nil {
		if written {
			o.result.written = true
			o.result.outcome = orOutcome(o.result.outcome, Answered)
			o.result.answered = f.o.Now()
			f.follow(o, false)
		} else {
			f.book.reopen(o)
			f.leaveOrphan(o)
		}
		return
	}
	now := f.o.Now()
	t.trace = known.trace
	t.result = &result{outcome: Repeated, packed: known.reply, began: now, ended: now, answered: now, written: written}
	if text, ok := packedContent(known.reply); ok {
		t.result.reply = &wechat.Reply{Type: "text", Content: text}
	}
	f.record(t)
}

// Why an attempt found no room.
const (
	whyEnding = "the process is ending"
	whyFull   = "the account's queue is full; account.yaml limits: { queue: …, turns: … } raises it"
)

// dropped reports an attempt that found no room.
func (f *Fleet) dropped(t *turn) {
	now := f.o.Now()
	if t.why == "" {
		t.why = fmt.Sprintf("no room within %s: the account's turns, or the fan's before it, take too long", f.o.ReplyWindow)
	}
	t.result = &result{outcome: Dropped, began: now, ended: now}
	f.record(t)
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
