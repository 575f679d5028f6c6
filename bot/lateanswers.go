package bot

import (
	"context"
	"sync"

	"moonwire/store"
	"moonwire/wechat"
)

// Late answers carry one byte more than packed replies: whether they stand in front of the fan's next text
// because their push was refused, or wait until they are fetched.
const (
	inFront = 'p'
	toFetch = 'f'
)

// lateAnswers remembers for which fans an answer is kept in the store, so that no message of any other fan has
// to ask. It may name a fan too many, never one too few of those kept by this process.
type lateAnswers struct {
	mu   sync.Mutex
	fans map[string]struct{}
}

func (a *lateAnswers) add(openid string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fans == nil {
		a.fans = make(map[string]struct{})
	}
	a.fans[openid] = struct{}{}
}

func (a *lateAnswers) remove(openid string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.fans, openid)
}

func (a *lateAnswers) has(openid string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.fans[openid]
	return ok
}

// putLateAnswer keeps a packed reply for a fan, for 24 h.
func (f *Fleet) putLateAnswer(w *work, why byte, packed []byte) bool {
	if len(packed) == 0 || w.fan.openid == "" {
		return false
	}
	err := f.o.Store.KeepAnswer(context.WithoutCancel(f.life), w.account.name, w.fan.openid, append([]byte{why}, packed...))
	if err != nil {
		f.o.Log.Error("a late answer could not be kept", "account", w.account.name, "trace", w.trace, "error", err)
		return false
	}
	w.account.late.add(w.fan.openid)
	return true
}

// takeLateAnswer takes the oldest answer kept for a fan.
func (f *Fleet) takeLateAnswer(ctx context.Context, w *work) (why byte, packed []byte, ok bool) {
	answer, ok, err := f.o.Store.TakeAnswer(ctx, w.account.name, w.fan.openid)
	if err != nil {
		f.o.Log.Error("a kept answer could not be read", "account", w.account.name, "trace", w.trace, "error", err)
		return 0, nil, false
	}
	if !ok || len(answer) < 2 {
		w.account.late.remove(w.fan.openid)
		return 0, nil, false
	}
	return answer[0], answer[1:], true
}

// front puts answers whose push was refused in front of a fan's text, as many as fit. It returns the reply
// and whether it holds such an answer.
func (f *Fleet) front(w *work, r *wechat.Reply) (*wechat.Reply, bool) {
	if r == nil || r.Type != "text" || !w.shows || !f.mayWait(w) {
		return r, false
	}
	text := ""
	for {
		why, packed, ok := f.takeLateAnswer(f.life, w)
		if !ok {
			break
		}
		content, isText := packedContent(packed)
		if why != inFront || !isText || len(text)+len(content)+1+len(r.Content) > wechat.TextLimit {
			f.putLateAnswer(w, why, packed) // to be fetched, or for the next text
			break
		}
		text += content + "\n"
	}
	if text == "" {
		return r, false
	}
	joined := *r
	joined.Content = text + r.Content
	return &joined, true
}

// mayWait reports whether an answer may be kept for the fan of a turn. What other processes keep only the store
// knows.
func (f *Fleet) mayWait(w *work) bool {
	return w.account.late.has(w.fan.openid) || !f.o.Store.Alone()
}

// recallLateAnswers learns from the store for which fans an answer is kept.
func (a *Account) recallLateAnswers(ctx context.Context, s *store.Store) error {
	return s.AnsweredFans(ctx, a.name, a.late.add)
}
