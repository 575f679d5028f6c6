package bot

import (
	"math"
	"strings"
	"unicode"

	"moonwire/wechat"
)

// divide leaves of a long text what one message holds. What follows is sent after it as far as that is allowed, and
// else waits for the fan to fetch it.
func (f *Fleet) divide(w *work) {
	r := w.result
	if r.reply == nil || r.reply.Type != "text" {
		return
	}
	text := wechat.Clean(r.reply.Content)
	if len(text) <= wechat.TextLimit {
		return
	}
	one := *r.reply
	r.reply = &one
	if part, fits := onePart(text); fits {
		one.Content = part
	} else if w.mayFollow() > 0 {
		one.Content, r.rest = wechat.CutText(text, wechat.TextLimit)
		standby := newLateAnswer(inFront, packText(r.rest, f.o.Now()))
		r.standby = &standby
	} else {
		one.Content, r.further = f.tapped(w, text)
	}
}

// onePart is a text that fits into one message, where need be without the blanks at its end.
func onePart(text string) (part string, fits bool) {
	if len(text) > wechat.TextLimit {
		text = strings.TrimRightFunc(text, unicode.IsSpace)
	}
	return text, len(text) <= wechat.TextLimit
}

// tapped cuts a part off a text that is longer than a message, and puts a link under it that fetches the rest. The link
// is called like the word that does so, too.
func (f *Fleet) tapped(w *work, text string) (part string, rest *lateAnswer) {
	rest = &lateAnswer{why: further, id: newPartID()}
	link := tapLine(w.release.config.MoreWord(), rest.id)
	part, left := wechat.CutText(text, wechat.TextLimit-len(link))
	rest.packed = packText(left, f.o.Now())
	return part + link, rest
}

// tapLine is a line under a text that fetches what is kept.
func tapLine(word, id string) string { return "\n\n" + wechat.TapLink(word, word, id) }

// spareSends is how many of the customer-service messages that WeChat allows are left for others than us.
const spareSends = 1

// mayFollow is how many customer-service messages may follow the answer to a push. What is served beside the fan's queue
// is followed by none: other turns of the fan may be answered meanwhile.
func (w *work) mayFollow() int {
	if w.push == nil || w.place.apart || !w.release.mayPush() {
		return 0
	}
	window, opens := w.push.Message.Opens()
	switch {
	case !opens:
		return 0
	case window.Count == 0:
		return math.MaxInt32
	}
	n := window.Count - spareSends
	if w.result == nil {
		return n // the script runs
	}
	for _, sent := range w.result.sent {
		if sent.Err == "" && strings.HasPrefix(sent.Kind, "custom:") {
			n--
		}
	}
	return max(0, n)
}

// warnOfParts tells the author how a long text goes out.
func (r *result) warnOfParts(w *work) {
	switch {
	case r.further == nil || r.fetched != nil:
	case w.spoken != nil:
		r.warn("the language model went on when the last reply was due: the fan has its first sentences, and fetches the rest by tap or word")
	case w.release.mayPush():
		r.warn("the text is longer than one message, and none may follow this answer: the fan fetches the rest by tap or word")
	default:
		r.warn("the text is longer than one message: the fan fetches the rest by tap or word, since the account may not send customer-service messages (" + w.whyNoPush() + ")")
	}
}

// whyNoPush is what account.yaml says of an account that may not send customer-service messages.
func (w *work) whyNoPush() string {
	switch c := w.release.config; {
	case c.Verified:
		return "no app_secret"
	case c.Subject != "":
		return "subject: " + c.Subject
	}
	return "verified: false"
}
