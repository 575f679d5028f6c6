package bot

import (
	"moonwire/wechat"
)

// securedAtMost is how many messages of a turn are kept until they are sent.
const securedAtMost = 15

// secure keeps what a conversation says besides its reply until it is sent: when the process is killed before, the fan gets it
// with the next message.
func (f *Fleet) secure(w *work) {
	r := w.result
	if r.out.Conversation == nil || r.err != nil || w.fan.openid == "" {
		return
	}
	if w.speaks() {
		r.standby = securedAs(inFront, f.packSecured(w, r.reply, r.rest))
	}
	why := byte(inFront)
	if !w.release.mayPush() && w.push != nil {
		why = toFetch
	}
	for i := range r.out.More[:min(len(r.out.More), securedAtMost)] {
		one := &r.out.More[i]
		if asOutgoing(one) == nil {
			r.ahead = append(r.ahead, nil)
			continue
		}
		r.ahead = append(r.ahead, securedAs(why, f.packSecured(w, one, "")))
	}
}

func securedAs(why byte, packed []byte) *lateAnswer {
	if len(packed) == 0 {
		return nil
	}
	a := newLateAnswer(why, packed)
	return &a
}

// packSecured packs a message and the text that follows it; nothing when nobody is known whom it could be a reply to.
func (f *Fleet) packSecured(w *work, one *wechat.Reply, rest string) []byte {
	if one.Type == "text" {
		return packText(one.Content+rest, f.o.Now())
	}
	if m := w.answered(); m != nil {
		return packedFor(one, m, f.o.Now())
	}
	return nil
}

// answered is the message of the fan that a turn answers, or its conversation did last; nil when there was none.
func (w *work) answered() *wechat.Message {
	if m := w.message(); m != nil {
		return m
	}
	if p := w.result.out.Conversation; p != nil {
		return p.Message
	}
	return nil
}

// securedAt is what is kept of message i that follows.
func (r *result) securedAt(i int) *lateAnswer {
	if i >= len(r.ahead) {
		return nil
	}
	return r.ahead[i]
}

// unsecure takes back what is kept of a message that is about to be sent; false when the fan has fetched it.
func (f *Fleet) unsecure(w *work, a *lateAnswer) bool {
	return a == nil || f.findLateAnswer(w, a) && f.takeLateAnswer(w, a)
}
