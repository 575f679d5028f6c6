package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"moonwire/account"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// sendTime bounds one customer-service message, the client's own waits and repeats included.
const sendTime = time.Minute

// rescue brings a finished answer to the fan that came too late to be a reply, as the policy that took
// effect wants it.
func (f *Fleet) rescue(w *work) {
	r := w.result
	if !f.oursToSend(w) {
		return
	}
	switch {
	case w.fetches || w.late == account.LateFetch:
		r.outcome = Late
		if f.putLateAnswer(w, newLateAnswer(toFetch, f.wholePacked(w))) {
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
	return w.result.packed
}

// oursToSend asks, before a late answer goes out in another way than as the reply, whether another process has
// given it meanwhile; then only what follows it is sent.
func (f *Fleet) oursToSend(w *work) bool {
	where, err := w.memory.turn.Settle(context.WithoutCancel(f.life), w.told)
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
		r.warn("a " + r.reply.Type + " reply cannot be sent late")
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

// sendRest sends the text that follows a turn, part by part, since WeChat keeps no order between parallel calls. The last
// part that is allowed has a link that fetches what is left.
func (f *Fleet) sendRest(w *work) {
	r := w.result
	for left := max(1, w.mayFollow()); r.rest != ""; left-- {
		part := f.nextPart(w, left == 1)
		if strings.TrimSpace(part) == "" {
			continue // a page of blanks
		}
		if !f.sendOne(w, &api.Outgoing{MsgType: "text", Content: part}) {
			return
		}
	}
}

// nextPart takes the next part off what follows the reply.
func (f *Fleet) nextPart(w *work, last bool) (part string) {
	r := w.result
	if part, fits := onePart(r.rest); fits {
		r.rest = ""
		return part
	}
	if last {
		part, further := f.tapped(w, r.rest)
		if f.putLateAnswer(w, *further) {
			r.rest = ""
			r.warn("the text has more parts than WeChat lets follow until the fan acts again: the fan fetches the rest by tap or word")
			return part
		}
	}
	part, r.rest = wechat.CutText(r.rest, wechat.TextLimit)
	return part
}

// sendOne sends one message to the fan. false: it did not arrive, and nothing more is sent; what can be kept is.
func (f *Fleet) sendOne(w *work, o *api.Outgoing) bool {
	r := w.result
	o.ToUser = w.fan.openid
	err := f.send(w, o)
	sent := sentReport(o, err, f.o.Now())
	r.sent = append(r.sent, sent)
	if err == nil {
		r.sends++
		return true
	}
	r.refused = r.refused || closes(sent)
	f.o.Log.Warn("customer-service message not sent", "account", w.account.name, "trace", w.trace, "error", err)
	f.keepUnsent(w, o, err)
	return false
}

// keepUnsent keeps for the fan what surely did not arrive and can: the message itself, and the text that was to follow.
func (f *Fleet) keepUnsent(w *work, o *api.Outgoing, err error) {
	r := w.result
	var packed []byte
	switch later := deliverableLater(err); {
	case later && o.MsgType == "text":
		packed = packText(o.Content+r.rest, f.o.Now())
	case later:
		packed = packReply(asReply(o), w.push.Message, f.o.Now())
	case !noFan(err):
		packed = packText(r.rest, f.o.Now())
	}
	r.rest = ""
	if !f.putLateAnswer(w, newLateAnswer(inFront, packed)) {
		if r.sends == 0 && r.outcome == Late {
			r.outcome = Failed
		}
		return
	}
	r.warn("a " + o.MsgType + " message is kept for the fan's next message, at most 24 h")
	if r.outcome == Late {
		r.outcome = Kept
	}
}

var errNoAPI = errors.New("the account may not send customer-service messages (verified, subject, app_secret)")

func (f *Fleet) send(w *work, o *api.Outgoing) error {
	rel := w.release
	if !rel.mayPush() {
		return errNoAPI
	}
	if err := o.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(f.life, sendTime)
	defer cancel()
	return rel.client.SendCustom(ctx, o)
}

// deliverableLater reports whether a message surely did not reach the fan and could, later and by another way. After
// an error of the network nobody can tell; the message might come twice.
func deliverableLater(err error) bool {
	var refused *api.Error
	if !errors.As(err, &refused) {
		return errors.Is(err, errNoAPI)
	}
	switch refused.Class {
	case api.ClassOpenID, api.ClassMedia, api.ClassRequest, api.ClassSize:
		return false
	}
	return true
}

// noFan reports whether a message was refused since nobody has that openid.
func noFan(err error) bool {
	var refused *api.Error
	return errors.As(err, &refused) && refused.Class == api.ClassOpenID
}

func sentReport(o *api.Outgoing, err error, now time.Time) Sent {
	return Sent{Kind: "custom:" + o.MsgType, Text: summary(asReply(o)), At: now}.after(err)
}

// after is the report once the message was sent, or not.
func (s Sent) after(err error) Sent {
	var api *api.Error
	var field *wechat.FieldError
	switch {
	case err == nil:
	case errors.As(err, &api):
		s.Errcode, s.Rid, s.Err = api.Code, api.Rid, api.Error()
	case errors.As(err, &field), errors.Is(err, errNoAPI):
		s.Err = err.Error()
	default:
		s.Err = "outcome unknown: " + err.Error()
	}
	return s
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
