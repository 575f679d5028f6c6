package bot

import (
	"strconv"

	"moonwire/account"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// rescue brings a finished answer to the fan that came too late to be a reply, as the policy that took
// effect wants it.
func (f *Fleet) rescue(w *work) {
	r := w.result
	if !f.oursToSend(w) {
		return
	}
	f.resume(w)
	switch {
	case w.fetches || w.late == account.LateFetch:
		r.outcome = Late
		if f.keepInstead(w, newLateAnswer(toFetch, f.wholePacked(w))) {
			r.outcome = Kept
		}
	case w.late == account.LatePush:
		f.pushLate(w)
	default:
		r.outcome = Late
		f.dropAnswer(w)
		r.warn("the answer came too late and was dropped (late: drop)")
	}
}

// wholePacked is the packed reply with the text that was to follow it.
func (f *Fleet) wholePacked(w *work) []byte {
	if r := w.result; r.rest != "" {
		return packText(r.reply.Content+r.rest, f.o.Now())
	}
	return packedFor(w.result.reply, w.message(), f.o.Now())
}

// oursToSend asks, before a late answer goes out in another way than as the reply, whether another process has
// given it meanwhile; then only what follows it is sent.
func (f *Fleet) oursToSend(w *work) bool {
	where, err := w.memory.turn.Settle(f.beyond, w.told)
	f.tell(w, err)
	switch where {
	case store.Given:
		w.result.written = true
		w.result.outcome = orOutcome(w.result.outcome, Answered)
		f.sendRest(w)
	case store.Lost:
		w.result.outcome = Repeated
		f.dropAnswer(w)
	}
	return where == store.Ours
}

// pushLate sends a late answer as customer-service messages.
func (f *Fleet) pushLate(w *work) {
	r := w.result
	o := asOutgoing(r.reply)
	if o == nil {
		r.outcome = Late
		r.warn(withArticle(r.reply.Type) + " reply cannot be sent late")
		return
	}
	r.outcome = orOutcome(r.outcome, Late)
	if o.MsgType == "text" {
		r.rest = o.Content + r.rest
		f.sendRest(w)
	} else {
		f.sendOne(w, o)
	}
	if r.outcome == Late && r.sends > 0 {
		r.outcome = AnsweredAsync
	}
}

// asOutgoing is a passive reply as a customer-service message; nil when there is none of its kind. A news
// message has one article where a reply may have eight.
func asOutgoing(r *wechat.Reply) *api.Outgoing {
	o := &api.Outgoing{
		MsgType: r.Type, Content: r.Content, MediaID: r.MediaID, ThumbMediaID: r.ThumbMediaID,
		Title: r.Title, Description: r.Description, MusicURL: r.MusicURL, HQMusicURL: r.HQMusicURL,
	}
	switch r.Type {
	case "text", "image", "voice", "video", "music":
		return o
	case "news":
		o.Articles = r.Articles[:min(1, len(r.Articles))]
		return o
	}
	return nil
}

// asReply is a customer-service message as a passive reply; nil when there is none of its kind.
func asReply(o *api.Outgoing) *wechat.Reply {
	switch o.MsgType {
	case "text", "image", "voice", "video", "music", "news":
		return &wechat.Reply{
			Type: o.MsgType, Content: o.Content, MediaID: o.MediaID, ThumbMediaID: o.ThumbMediaID,
			Title: o.Title, Description: o.Description, MusicURL: o.MusicURL, HQMusicURL: o.HQMusicURL, Articles: o.Articles,
		}
	}
	return nil
}

// summary says in a few words what a fan sees of a reply: the text, or [image m1].
func summary(r *wechat.Reply) string {
	if !shows(r) {
		return ""
	}
	switch r.Type {
	case "text":
		return r.Content
	case "image", "voice":
		return "[" + r.Type + " " + r.MediaID + "]"
	case "news":
		if n := len(r.Articles); n > 1 {
			return "[news " + r.Articles[0].Title + " and " + strconv.Itoa(n-1) + " more]"
		} else if n == 1 {
			return "[news " + r.Articles[0].Title + "]"
		}
	case "video", "music":
		return "[" + r.Type + " " + r.Title + "]"
	case "transfer":
		return "[transfer to an agent]"
	}
	return "[" + r.Type + "]"
}
