package bot

import (
	"context"
	"errors"
	"slices"

	"moonwire/account"
	"moonwire/store"
	"moonwire/wechat"
)

// asksForAnswer reports whether a push is a fetch word of a fan who has a running or late answer, or a tap on the link to
// one.
func (f *Fleet) asksForAnswer(a *Account, rel *release, m *wechat.Message, who fan) bool {
	id, word := tappedPart(m), isFetchWord(rel, m)
	switch {
	case who.openid == "" || id == "" && (!word || f.questionTakes(a, who, m)):
		return false
	case id != "" && word, a.late.named(who.openid), f.pushes.comingLate(who, id) != nil:
		return true
	case !a.late.has(who.openid) && f.o.Store.Alone():
		return false
	}
	waits, err := f.o.Store.HasAnswer(f.life, a.name, who.openid)
	if err != nil {
		f.o.Log.Error("kept answers could not be read", "account", a.name, "error", err)
	}
	return waits
}

func isFetchWord(rel *release, m *wechat.Message) bool {
	return isText(m) && rel.config.IsFetchWord(m.Content)
}

// tappedPart is the id of the link to a kept answer that the fan tapped; "" when that is none. Test accounts give no ids:
// then the word fetches.
func tappedPart(m *wechat.Message) string {
	if id := m.Value("bizmsgmenuid"); isText(m) && isPartID(id) {
		return id
	}
	return ""
}

func isText(m *wechat.Message) bool { return !m.IsEvent() && m.MsgType == "text" }

// fetchedMeanwhile serves a fan whose turn before this one has left its answer, or the rest of it, to be fetched.
func (f *Fleet) fetchedMeanwhile(ctx context.Context, w *work) bool {
	if w.push == nil || tappedPart(w.push.Message) == "" && (!isFetchWord(w.release, w.push.Message) || f.questionTakes(w.account, w.fan, w.push.Message)) {
		return false
	}
	if f.serveKept(ctx, w, false) {
		return true
	}
	gone := isTapOfOurs(w.release, w.push.Message)
	if gone {
		f.answerGone(ctx, w)
	}
	return gone
}

// isTapOfOurs reports whether a push is a tap on a link to a kept answer, whether or not it is still kept.
func isTapOfOurs(rel *release, m *wechat.Message) bool {
	return tappedPart(m) != "" && isFetchWord(rel, m)
}

// serveKept gives what the fan asks for, if it is kept. Others may take it at the same time: then there is the next.
func (f *Fleet) serveKept(ctx context.Context, w *work, coming bool) bool {
	for {
		a, ok := f.asked(w, coming)
		if !ok {
			return false
		}
		if f.giveLateAnswer(ctx, w, a) {
			return true
		}
	}
}

// asked is the kept answer that a fan asks for: by a tap the one that the link names; by a word what the fan is reading,
// when its rest was kept last of all, and else the oldest that the fan has not seen. While an answer is still coming, the
// word means no rest.
func (f *Fleet) asked(w *work, coming bool) (a lateAnswer, ok bool) {
	all := f.lateAnswersOf(w)
	if id := tappedPart(w.push.Message); id != "" {
		return first(all, func(a lateAnswer) bool { return a.id == id })
	}
	if n := len(all); n > 0 && all[n-1].why == further && !coming {
		return all[n-1], true
	}
	return first(all, func(a lateAnswer) bool { return a.why != further })
}

func first(all []lateAnswer, is func(lateAnswer) bool) (a lateAnswer, ok bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return a, false
}

// comingLate is closed when the fan's running turn, of which the fan was told that its answer can be fetched,
// is over; nil when there is no such turn. id is that of a link which was tapped, "" = none: only the turn that gave it will
// do.
func (p *pushes) comingLate(who fan, id string) <-chan struct{} {
	s := p.shard(who, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[who]
	if q == nil || q.head.delivery == nil || q.head.delivery.late != account.LateFetch {
		return nil
	}
	if s := q.head.delivery.spoken; id != "" && (s == nil || s.rest.id != id) {
		return nil
	}
	if q.head.watch == nil {
		q.head.watch = make(chan struct{})
	}
	return q.head.watch
}

// joinComing makes a push that fetches wait for what it fetches as long as for a turn of its own.
func (d *delivery) joinComing() {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.joins = true
}

// serveFetch answers a fan who asks for an answer, before the rules and, when other turns of the fan are under way,
// before them. false: there was nothing to fetch after all, and the push is an ordinary message that now stands in its
// fan's queue.
func (f *Fleet) serveFetch(ctx context.Context, w *work) bool {
	hurried := w.hurried()
	for {
		var coming <-chan struct{}
		if w.place.apart {
			coming = f.pushes.comingLate(w.fan, tappedPart(w.push.Message))
		}
		if f.serveKept(ctx, w, coming != nil) {
			return true
		}
		if coming == nil {
			break
		}
		w.delivery.joinComing()
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
	if isTapOfOurs(w.release, w.push.Message) && !w.place.claims { // else another process may be about to keep it
		f.answerGone(ctx, w)
		return true
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

// giveLateAnswer gives a late answer to the fan who fetches it. false: another push has taken it meanwhile.
func (f *Fleet) giveLateAnswer(ctx context.Context, w *work, a lateAnswer) bool {
	now := f.o.Now()
	w.result = &result{fetched: &a, outcome: Fetched, began: now, ended: now, said: &wechat.Reply{Type: asLeft}}
	if text, ok := packedContent(a.packed); ok {
		w.result.said = &wechat.Reply{Type: "text", Content: text}
	} else if shown, ok := unpackFile(a.packed); ok {
		f.lookUpFile(ctx, w, shown)
		w.result.said = shown
	}
	return f.giveFetched(ctx, w)
}

// answerGone answers a tap on a link whose part was fetched before, or has run out. It is no message for the rules.
func (f *Fleet) answerGone(ctx context.Context, w *work) {
	now := f.o.Now()
	w.result = &result{outcome: Acknowledged, began: now, ended: now}
	if gone := w.release.config.FetchGone; gone != "" {
		w.result.outcome, w.result.said = Answered, &wechat.Reply{Type: "text", Content: gone}
	}
	w.result.warn("a tap on a part that was fetched before, or has run out")
	for !f.giveFetched(ctx, w) { // something in front was taken meanwhile
	}
}

// giveFetched answers with what was fetched. It is taken in one commit with what is left of it, and becomes the reply to
// the push for repeats in whatever process. When the push has become another's, it waits on.
func (f *Fleet) giveFetched(ctx context.Context, w *work) bool {
	switch err := f.finish(w); {
	case err == nil:
		f.deliver(w)
	case errors.Is(err, store.ErrFetched):
		return false
	default:
		f.o.Log.Warn("a fetched answer waits on", "account", w.account.name, "trace", w.trace, "error", err)
		f.awaitOtherProcess(ctx, w)
	}
	return true
}
