package bot

import (
	"context"
	"strings"

	"moonwire/account"
	"moonwire/store"
	"moonwire/wechat"
)

// asksForAnswer reports whether a push is the fetch word of a fan who has a running or late answer.
func (f *Fleet) asksForAnswer(a *Account, rel *release, m *wechat.Message, who fan) bool {
	if !isFetchWord(rel, m) || who.openid == "" {
		return false
	}
	if a.late.has(who.openid) || f.pushes.comingLate(who) != nil {
		return true
	}
	if f.o.Store.Alone() {
		return false
	}
	waits, err := f.o.Store.HasAnswer(f.life, a.name, who.openid)
	if err != nil {
		f.o.Log.Error("kept answers could not be read", "account", a.name, "error", err)
	}
	return waits
}

func isFetchWord(rel *release, m *wechat.Message) bool {
	return !m.IsEvent() && m.MsgType == "text" && strings.TrimSpace(m.Content) == rel.config.FetchWord
}

// fetchedMeanwhile serves the fetch word of a fan whose turn before this one, in another process, has left its
// answer to be fetched.
func (f *Fleet) fetchedMeanwhile(ctx context.Context, w *work) bool {
	if w.push == nil || !isFetchWord(w.release, w.push.Message) || w.fan.openid == "" {
		return false
	}
	_, packed, ok := f.takeLateAnswer(f.life, w)
	if ok {
		f.giveLateAnswer(ctx, w, packed)
	}
	return ok
}

// comingLate is closed when the fan's running turn, of which the fan was told that its answer can be fetched,
// is over; nil when there is no such turn.
func (p *pushes) comingLate(who fan) <-chan struct{} {
	s := p.shard(who, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[who]
	if q == nil || q.head.delivery == nil || q.head.delivery.late != account.LateFetch {
		return nil
	}
	if q.head.watch == nil {
		q.head.watch = make(chan struct{})
	}
	return q.head.watch
}

// serveFetch answers the fetch word, before the fan's queue and the rules. false: there was nothing to fetch
// after all, and the push is an ordinary message that now stands in its fan's queue.
func (f *Fleet) serveFetch(ctx context.Context, w *work) bool {
	hurried := w.hurried()
	for {
		if _, packed, ok := f.takeLateAnswer(f.life, w); ok {
			f.giveLateAnswer(ctx, w, packed)
			return true
		}
		coming := f.pushes.comingLate(w.fan)
		if coming == nil {
			break
		}
		select {
		case <-coming:
		case <-hurried:
			_, told := w.delivery.away()
			w.result = &result{packed: told, outcome: Answered, began: f.o.Now(), ended: f.o.Now()}
			f.hurryOut(w)
			return true
		case <-ctx.Done():
			f.giveUp(w)
			f.giveUpClaim(w)
			f.leave(w)
			return true
		}
	}
	w.fetches = false
	if !w.place.line() {
		f.giveUp(w)
		f.giveUpClaim(w)
		f.leave(w)
		return true
	}
	return w.place.claims && !f.claim(ctx, w)
}

// giveLateAnswer gives a late answer to the fan who fetches it.
func (f *Fleet) giveLateAnswer(ctx context.Context, w *work, packed []byte) {
	now := f.o.Now()
	w.result = &result{packed: packed, outcome: Fetched, began: now, ended: now}
	if text, ok := packedContent(packed); ok {
		w.result.reply = &wechat.Reply{Type: "text", Content: text}
	} else {
		w.result.reply = &wechat.Reply{Type: "kept"}
	}
	if w.place.claims && !f.finishFetch(ctx, w) {
		return
	}
	f.deliver(w)
}

// finishFetch makes a fetched answer the reply to the push for the other processes, too. When the push has become
// another's, the answer waits on.
func (f *Fleet) finishFetch(ctx context.Context, w *work) bool {
	packed := w.result.packed
	away, told := w.delivery.away()
	err := w.memory.turn.Finish(f.life, store.Result{Reply: packed, Away: away, Told: told, More: away})
	if err == nil {
		return true
	}
	f.o.Log.Warn("a fetched answer waits on", "account", w.account.name, "trace", w.trace, "error", err)
	f.putLateAnswer(w, toFetch, packed)
	f.awaitOtherProcess(ctx, w)
	return false
}
