package bot

import (
	"strings"

	"moonwire/wechat"
)

// asksForAnswer reports whether a push is the fetch word of a fan who has a running or kept answer.
func (f *Fleet) asksForAnswer(a *Account, e *edition, m *wechat.Message, who fan) bool {
	if m.IsEvent() || m.MsgType != "text" || who.openid == "" || strings.TrimSpace(m.Content) != e.config.FetchWord {
		return false
	}
	return a.waiting.has(who.openid) || f.book.comingLate(who) != nil
}

// comingLate is closed when the fan's running turn, of which the fan was told that its answer can be fetched,
// is over; nil when there is no such turn.
func (b *book) comingLate(who fan) <-chan struct{} {
	s := b.shard(who, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[who]
	if l == nil || l.head.late != LateFetch {
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
			f.leave(t)
			return true
		}
	}
	if !f.book.line(t) {
		f.giveUp(t)
		f.leave(t)
		return true
	}
	return false
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
	f.deliver(t)
}

// line puts a push that was taken for a fetch into its fan's lane.
func (b *book) line(t *turn) bool {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	t.fetches = false
	return s.enter(t)
}
