package bot

import (
	"context"
	"errors"
	"strconv"
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
		if f.putLateAnswer(w, toFetch, r.packed) {
			r.outcome = Kept
		}
	case w.late == account.LatePush:
		f.pushLate(w)
	default:
		r.outcome = Late
		r.warn("the answer came too late and was dropped (late: drop)")
	}
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
	}
	return where == store.Ours
}

// pushLate sends a late answer as customer-service messages.
func (f *Fleet) pushLate(w *work) {
	r := w.result
	first := asOutgoing(r.reply)
	if first == nil {
		r.outcome = Late
		r.warn("a " + r.reply.Type + " reply cannot be sent late")
		return
	}
	r.rest = append([]*api.Outgoing{first}, r.rest...)
	r.outcome = orOutcome(r.outcome, Late)
	f.sendRest(w)
	if r.outcome == Late && r.sends > 0 {
		r.outcome = AnsweredAsync
	}
}

// sendRest sends the messages that follow a turn one after the other, since WeChat keeps no order between
// parallel calls. What WeChat refuses to deliver is kept for the fan.
func (f *Fleet) sendRest(w *work) {
	r := w.result
	for i, o := range r.rest {
		o.ToUser = w.fan.openid
		err := f.send(w, o)
		sent := sentReport(o, err, f.o.Now())
		r.sent = append(r.sent, sent)
		if err == nil {
			r.sends++
			continue
		}
		r.refused = r.refused || closes(sent)
		f.o.Log.Warn("customer-service message not sent", "account", w.account.name, "trace", w.trace, "error", err)
		if deliverableLater(err) {
			f.putRest(w, r.rest[i:])
		} else if r.sends == 0 && r.outcome == Late {
			r.outcome = Failed
		}
		return
	}
}

// putRest keeps messages that could not be sent, in order.
func (f *Fleet) putRest(w *work, rest []*api.Outgoing) {
	r := w.result
	for _, o := range rest {
		if f.putLateAnswer(w, inFront, packReply(asReply(o), w.push.Message, f.o.Now())) {
			r.warn("a " + o.MsgType + " message is kept for the fan's next message, at most 24 h")
			if r.outcome == Late {
				r.outcome = Kept
			}
		}
	}
}

var errNoAPI = errors.New("the account may not send customer-service messages (verified, subject, app_secret)")

func (f *Fleet) send(w *work, o *api.Outgoing) error {
	rel := w.release
	if !rel.mayPush() {
		return errNoAPI
	}
	o.IsAIMsg = o.IsAIMsg || w.result.out.FromModel && o.MsgType == "text"
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
