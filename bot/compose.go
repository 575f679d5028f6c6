package bot

import (
	"context"

	"moonwire/store"
	"moonwire/wechat"
)

// finish composes the answer and commits it with what it takes of what is kept for the fan, and leaves there.
func (f *Fleet) finish(w *work) error {
	f.compose(w)
	r := w.result
	last := store.Result{Reply: r.packed, More: r.rest != ""}
	if w.delivery != nil {
		last.Away, last.Told = w.delivery.away()
		last.More = last.More || last.Away
	}
	if r.err == nil {
		last.Session, last.SessionChanged = r.out.Session, r.out.SessionChanged
	}
	for _, a := range r.takes {
		last.Take = append(last.Take, a.row)
	}
	if r.further != nil {
		last.Keep = r.further.record()
	}
	err := w.memory.turn.Finish(f.life, last)
	if err == nil && r.further != nil {
		w.account.late.add(w.fan.openid)
	}
	if err == nil {
		r.warnOfParts(w)
	}
	return err
}

// compose makes of what the turn says the message that answers: answers that were kept for the fan may stand in front,
// and a long text goes out in parts, the first of them here.
func (f *Fleet) compose(w *work) {
	r := w.result
	r.reply, r.rest, r.further, r.takes = r.said, "", nil, nil
	switch {
	case r.fetched != nil:
		r.takes = []lateAnswer{*r.fetched}
	case r.err == nil:
		f.front(w)
	}
	f.divide(w)
	r.packed = packReply(r.reply, w.message(), f.o.Now())
	if r.fetched != nil && r.reply.Type != "text" {
		r.packed = r.fetched.packed
	}
}

// front puts answers whose push was refused in front of the fan's text, as many as fit. When one does not fit, there is
// a link under the text that fetches it.
func (f *Fleet) front(w *work) {
	r := w.result
	if r.reply == nil || r.reply.Type != "text" || !w.shows {
		return
	}
	joined, text := *r.reply, ""
	for _, a := range f.lateAnswersOf(w) {
		content, isText := packedContent(a.packed)
		if a.why != inFront {
			continue
		}
		if !isText || len(text)+len(content)+1+len(joined.Content) > wechat.TextLimit {
			if hint := tapLine(w.release.config.FetchWords[0], a.id); a.id != "" && len(text)+len(joined.Content)+len(hint) <= wechat.TextLimit {
				joined.Content += hint
			}
			break
		}
		text += content + "\n"
		r.takes = append(r.takes, a)
	}
	joined.Content = text + joined.Content
	r.reply = &joined
}

// dropAnswer says of an answer that nobody will get what becomes of what it took and kept: that is as before.
func (f *Fleet) dropAnswer(w *work) {
	r := w.result
	for _, a := range r.takes {
		f.putLateAnswer(w, a)
	}
	if r.further == nil {
		return
	}
	for _, a := range f.lateAnswersOf(w) {
		if a.id != r.further.id {
			continue
		}
		if _, err := f.o.Store.TakeAnswer(context.WithoutCancel(f.life), w.account.name, w.fan.openid, a.row); err != nil {
			f.o.Log.Error("the rest of an answer that was dropped is kept", "account", w.account.name, "trace", w.trace, "error", err)
		}
	}
}
