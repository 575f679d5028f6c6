package bot

import (
	"moonwire/store"
	"moonwire/wechat"
)

// finish composes the answer and commits it with what it takes of what is kept for the fan, and leaves there.
func (f *Fleet) finish(w *work) error {
	f.compose(w)
	r := w.result
	last := store.Result{Reply: r.packed, More: r.rest != "" || r.out.Following != nil || len(r.out.More) > 0, Talk: w.talkEnd()}
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
	for _, a := range r.lefts() {
		last.Keep = append(last.Keep, a.record())
	}
	w.keepHook(&last)
	w.keepJob(&last)
	err := w.memory.turn.Finish(f.life, last)
	if err != nil {
		return err
	}
	if len(last.Keep) > 0 {
		w.account.late.add(w.fan.openid)
	}
	f.jobKept(w)
	r.warnOfParts(w)
	return nil
}

// compose makes of what the turn says the message that answers: answers that were kept for the fan may stand in front,
// and a long text goes out in parts, the first of them here.
func (f *Fleet) compose(w *work) {
	r := w.result
	r.reply, r.rest, r.further, r.standby, r.takes, r.ahead = r.said, "", nil, nil, nil, nil
	switch {
	case w.spoken != nil:
		f.goOn(w)
		return
	case r.fetched != nil:
		r.takes = []lateAnswer{*r.fetched}
	case r.err == nil:
		f.front(w)
	}
	f.divide(w)
	r.packed = nil
	if w.push != nil || r.reply != nil && r.reply.Type == "text" {
		r.packed = packReply(r.reply, w.message(), f.o.Now())
	}
	if r.fetched != nil && r.reply.Type == asLeft {
		r.packed = r.fetched.packed
	}
	f.secure(w)
}

// front puts answers whose push was refused in front of the fan's text, as many as fit. When one does not fit, there is
// a link under the text that fetches it.
func (f *Fleet) front(w *work) {
	r := w.result
	if r.reply == nil || r.reply.Type != "text" || !w.shows {
		return
	}
	kept := f.lateAnswersOf(w)
	if len(kept) == 0 {
		return
	}
	joined, text := *r.reply, ""
	for _, a := range kept {
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
	for _, left := range r.lefts() {
		if f.findLateAnswer(w, left) {
			f.takeLateAnswer(w, left)
		}
	}
}
