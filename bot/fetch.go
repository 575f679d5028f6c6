package bot

import (
	"strings"

	"moonwire/account"
	"moonwire/store"
	"moonwire/wechat"
)

// asksForAnswer reports whether a push is the fetch word of a fan who has a running or kept answer.
func (f *Fleet) asksForAnswer(a *Account, e *edition, m *wechat.Message, who fan) bool {
	if !isFetchWord(e, m) || who.openid == "" {
		return false
	}
	if a.waiting.has(who.openid) || f.book.comingLate(who) != nil {
		return true
	}
	if f.o.Store.Alone() {
		return false
	}
	kept, err := f.o.Store.HasAnswer(f.life, a.name, who.openid)
	if err != nil {
		f.o.Log.Error("kept answers could not be read", "account", a.name, "error", err)
	}
	return kept
}

func isFetchWord(e *edition, m *wechat.Message) bool {
	return !m.IsEvent() && m.MsgType == "text" && strings.TrimSpace(m.Content) == e.config.FetchWord
}

// fetchedMeanwhile serves the fetch word of a fan whose turn before this one, in another process, has left its
// answer to be fetched.
func (f *Fleet) fetchedMeanwhile(t *turn) bool {
	if !isFetchWord(t.edition, t.push.Message) || t.fan.openid == "" {
		return false
	}
	_, packed, ok := f.takeAnswer(f.life, t)
	if ok {
		f.hand(t, packed)
	}
	return ok
}

// comingLate is closed when the fan's running turn, of which the fan was told that its answer can be fetched,
// is over; nil when there is no such turn.
func (b *book) comingLate(who fan) <-chan struct{} {
	s := b.shard(who, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[who]
	if l == nil || l.head.late != account.LateFetch {
		return nil
	}
	if l.head.watch == nil {
		l.head.watch = make(chan struct{})
	}
	return l.head.watch
}

// serveFetch answers the fetch word, before the fan's lane and the rules. false: there was nothing to fetch
// after all, and the push is an ordinary message that now stands in its fan's lane.
func (f *Fleet) serveFetch(t *turn) bool {
	for {
		if _, packed, ok := f.takeAnswer(f.life, t); ok {
			f.hand(t, packed)
			return true
		}
		coming := f.book.comingLate(t.fan)
		if coming == nil {
			break
		}
		select {
		case <-coming:
		case <-t.hurried:
			t.result = &result{packed: t.early, outcome: Answered, began: f.o.Now(), ended: f.o.Now()}
			f.hurryOut(t)
			return true
		case <-f.life.Done():
			f.giveUp(t)
			f.release(t)
			f.leave(t)
			return true
		}
	}
	if !f.book.line(t) {
		f.giveUp(t)
		f.release(t)
		f.leave(t)
		return true
	}
	return t.shared && !f.claim(t)
}

// hand gives a kept answer to the fan who fetches it.
func (f *Fleet) hand(t *turn, packed []byte) {
	now := f.o.Now()
	t.result = &result{packed: packed, outcome: Fetched, began: now, ended: now}
	if text, ok := packedContent(packed); ok {
		t.result.reply = &wechat.Reply{Type: "text", Content: text}
	} else {
		t.result.reply = &wechat.Reply{Type: "kept"}
	}
	if t.shared && !f.finishFetch(t) {
		return
	}
	f.deliver(t)
}

// finishFetch makes a fetched answer the reply to the push for the other processes, too. When the push has become
// another's, the answer waits on.
func (f *Fleet) finishFetch(t *turn) bool {
	packed := t.result.packed
	away, told := f.book.away(t)
	err := t.memory.turn.Finish(f.life, store.Result{Reply: packed, Away: away, Told: told, More: away})
	if err == nil {
		return true
	}
	f.o.Log.Warn("a fetched answer waits on", "account", t.account.name, "trace", t.trace, "error", err)
	f.keepAnswer(t, keptFetch, packed)
	f.borrow(t)
	return false
}

// line puts a push that was taken for a fetch into its fan's lane.
func (b *book) line(t *turn) bool {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	t.fetches = false
	return s.enter(t)
}
