package bot

import (
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/wechat"
)

// replyMargin is how long before the last window ends in which an answer can be the reply the whole sentences that have
// come of it go out.
const replyMargin = 300 * time.Millisecond

// spoken is the beginning of an answer that was given while the turn went on. What the turn answers is what follows.
type spoken struct {
	reply  *wechat.Reply
	packed []byte
	at     time.Time
	rest   *lateAnswer // by its id the fan fetches what follows, once it is there; nil: it is sent
}

// inTwo lets the answer of a language model go out in two, where a reply is waited for.
func (f *Fleet) inTwo(w *work, in *bindings.Input) {
	if w.delivery == nil || !w.shows {
		return
	}
	in.Follows = w.release.mayPush() && w.account.following.Load() < mostFollowing
	in.Closing = w.delivery.closes()
	in.Speak = func(text, mark string) string { return f.speak(w, text, mark) }
}

// closes is told, while somebody waits, that the last window in which an answer can be the reply is about to end.
func (d *delivery) closes() <-chan struct{} {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.closing = make(chan struct{}, 1)
	return d.closing
}

// closesSoon tells of an attempt that is not held past its window. The shard's lock is held.
func (d *delivery) closesSoon(at *attempt, now time.Time) {
	if d.closing == nil || d.late != "" || now.Before(at.due.Add(-replyMargin)) || d.holds(at) {
		return
	}
	select {
	case d.closing <- struct{}{}:
	default: // it has not listened yet
	}
}

// speak gives the beginning of a text to all who wait for the answer, as much as one message holds; what was given, "" when
// nobody was there. Where nothing may be sent afterwards there is a link under it that fetches what follows.
func (f *Fleet) speak(w *work, text, mark string) (given string) {
	now := f.o.Now()
	s := &spoken{at: now}
	under := mark
	if w.mayFollow() == 0 {
		s.rest = &lateAnswer{why: further, id: newPartID()}
		under += tapLine(w.release.config.MoreWord(), s.rest.id)
	}
	given, _ = wechat.CutText(text, wechat.TextLimit-len(under))
	s.reply = &wechat.Reply{Type: "text", Content: given + under}
	s.packed = packText(s.reply.Content, now)
	written := false
	for _, at := range w.delivery.speak(s) {
		written = at.answer(s.packed, Early) && !at.stale(f.o.Now()) || written
	}
	if !written {
		w.delivery.speak(nil)
		return ""
	}
	w.spoken = s
	return given
}

// speak hands over who waits, to be told the beginning of the answer, as all who come later are; nil: nobody was.
func (d *delivery) speak(s *spoken) (open []*attempt) {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	switch {
	case s == nil && d.spoken != nil:
		d.spoken, d.late, d.early = nil, "", nil
	case s == nil || d.over || d.late != "" || len(d.open) == 0:
	default:
		d.spoken, d.early, d.late = s, s.packed, account.LatePush
		if s.rest != nil {
			d.late = account.LateFetch
		}
		open, d.open = d.open, nil
	}
	return open
}

// goOn makes the answer of a turn what follows the beginning that was given.
func (f *Fleet) goOn(w *work) {
	r, s := w.result, w.spoken
	r.reply, r.packed, r.written = s.reply, s.packed, true
	if r.said == nil || r.said.Type != "text" {
		return // a language model answers in text
	}
	text := wechat.Clean(r.said.Content)
	kept := packText(text, f.o.Now())
	switch {
	case len(kept) == 0:
	case s.rest != nil:
		r.further = &lateAnswer{why: further, id: s.rest.id, packed: kept}
	default:
		r.rest = text
		standby := newLateAnswer(inFront, kept)
		r.standby = &standby
	}
}

// breakOff keeps the apology for a fan who has the beginning of an answer whose end will not come.
func (f *Fleet) breakOff(w *work) {
	if w.spoken == nil || w.spoken.rest == nil {
		return
	}
	sorry := packText(w.release.config.Apology, f.o.Now())
	f.putLateAnswer(w, lateAnswer{why: further, id: w.spoken.rest.id, packed: sorry})
}
