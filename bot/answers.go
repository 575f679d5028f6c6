package bot

import (
	"context"
	"sync"

	"moonwire/wechat"
)

// Kept answers carry one byte more than packed replies: whether they stand in front of the fan's next text
// because their push was refused, or wait until they are fetched.
const (
	keptRefused = 'p'
	keptFetch   = 'f'
)

// answers remembers for which fans an answer is kept in the store, so that no message of any other fan has
// to ask. It may name a fan too many, never one too few of those kept by this process.
type answers struct {
	mu   sync.Mutex
	fans map[string]struct{}
}

func (a *answers) add(openid string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fans == nil {
		a.fans = make(map[string]struct{})
	}
	a.fans[openid] = struct{}{}
}

func (a *answers) remove(openid string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.fans, openid)
}

func (a *answers) has(openid string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.fans[openid]
	return ok
}

// keepAnswer keeps a packed reply for a fan, for 24 h.
func (f *Fleet) keepAnswer(t *turn, why byte, packed []byte) bool {
	if len(packed) == 0 || t.fan.openid == "" {
		return false
	}
	err := f.o.Store.KeepAnswer(context.WithoutCancel(f.life), t.account.name, t.fan.openid, append([]byte{why}, packed...))
	if err != nil {
		f.o.Log.Error("a late answer could not be kept", "account", t.account.name, "trace", t.trace, "error", err)
		return false
	}
	t.account.waiting.add(t.fan.openid)
	return true
}

// takeAnswer takes the oldest answer kept for a fan.
func (f *Fleet) takeAnswer(ctx context.Context, t *turn) (why byte, packed []byte, ok bool) {
	kept, ok, err := f.o.Store.TakeAnswer(ctx, t.account.name, t.fan.openid)
	if err != nil {
		f.o.Log.Error("a kept answer could not be read", "account", t.account.name, "trace", t.trace, "error", err)
		return 0, nil, false
	}
	if !ok || len(kept) < 2 {
		t.account.waiting.remove(t.fan.openid)
		return 0, nil, false
	}
	return kept[0], kept[1:], true
}

// front puts answers whose push was refused in front of a fan's text, as many as fit. It returns the reply
// and whether it holds such an answer.
func (f *Fleet) front(t *turn, r *wechat.Reply) (*wechat.Reply, bool) {
	if r == nil || r.Type != "text" || !t.shows || !f.mayWait(t) {
		return r, false
	}
	text := ""
	for {
		why, packed, ok := f.takeAnswer(f.life, t)
		if !ok {
			break
		}
		content, isText := packedContent(packed)
		if why != keptRefused || !isText || len(text)+len(content)+1+len(r.Content) > wechat.TextLimit {
			f.keepAnswer(t, why, packed) // to be fetched, or for the next text
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
func (f *Fleet) mayWait(t *turn) bool {
	return t.account.waiting.has(t.fan.openid) || !f.o.Store.Alone()
}

// recallAnswers learns from the store for which fans an answer is kept.
func (f *Fleet) recallAnswers(ctx context.Context, a *Account) error {
	return f.o.Store.AnsweredFans(ctx, a.name, a.waiting.add)
}
