package bot

import (
	"cmp"
	"strings"

	"moonwire/wechat"
)

// speaks reports whether what the turn says cannot be a reply, and goes out by itself: of a conversation that nobody's
// message has woken.
func (w *work) speaks() bool {
	r := w.result
	return !w.shows && r.err == nil && r.out.Conversation != nil && shows(r.reply)
}

// speakOut brings the fan what nobody waits for: as customer-service messages, and where the account may not send those, with
// the fan's next message.
func (f *Fleet) speakOut(w *work) {
	r := w.result
	secured := r.standby
	switch {
	case w.release.mayPush():
		if r.reply.Type == "text" || f.unsecure(w, secured) {
			if r.reply.Type != "text" {
				r.standby = nil
			}
			f.pushLate(w)
		}
	case secured == nil:
		r.outcome = Late
		r.warn(withArticle(r.reply.Type) + " message is lost: the account may not send customer-service messages (" + w.whyNoPush() + ")")
	default:
		r.outcome = Kept
		r.warn("what the conversation says is kept for the fan's next message, at most 24 h: the account may not send customer-service messages (" + w.whyNoPush() + ")")
	}
	f.sendMore(w)
}

// gather makes one text of all that a conversation says, where nothing may follow a reply.
func (f *Fleet) gather(w *work) {
	r := w.result
	if len(r.out.More) == 0 || w.release.mayPush() || r.said == nil {
		return
	}
	text, rest := "", []wechat.Reply(nil)
	for _, one := range append([]wechat.Reply{*r.said}, r.out.More...) {
		switch {
		case one.Type != "text":
			rest = append(rest, one)
		case text == "":
			text = one.Content
		default:
			text += "\n" + one.Content
		}
	}
	if text != "" {
		r.said = &wechat.Reply{Type: "text", Content: text}
	} else {
		rest = rest[1:]
	}
	r.out.More = rest
}

// sendMore sends what follows the first message of a conversation.
func (f *Fleet) sendMore(w *work) {
	r := w.result
	for i := range r.out.More {
		if !f.sendFollowing(w, i) {
			return
		}
	}
	r.out.More = nil
	r.outcome = cmp.Or(r.outcome, Acknowledged)
}

// sendFollowing sends message i that follows. false: nothing more is sent; what is kept of it waits for the fan.
func (f *Fleet) sendFollowing(w *work, i int) bool {
	r, one := w.result, &w.result.out.More[i]
	o, secured := asOutgoing(one), r.securedAt(i)
	switch {
	case f.life.Err() != nil:
		return false
	case o == nil:
		r.warn(withArticle(one.Type) + " reply cannot follow another message")
	case w.release.mayPush() && o.MsgType == "text":
		r.rest, r.standby = o.Content, secured
		f.sendRest(w)
	case w.release.mayPush():
		return !f.unsecure(w, secured) || f.sendOne(w, o)
	case secured == nil:
		r.warn(withArticle(one.Type) + " message is lost: the account may not send customer-service messages (" + w.whyNoPush() + ")")
	case secured.why == toFetch:
		r.warn(withArticle(one.Type) + " message waits for the fan to fetch it: the account may not send customer-service messages (" + w.whyNoPush() + ")")
	default:
		r.warn(withArticle(one.Type) + " message is kept for the fan's next message, at most 24 h: the account may not send customer-service messages (" + w.whyNoPush() + ")")
	}
	return true
}

// withArticle names a kind of message: a text, an image.
func withArticle(kind string) string {
	if kind != "" && strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}
