package bot

import (
	"context"
	"errors"
	"time"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// sendTime bounds one customer-service message, the client's own waits and repeats included.
const sendTime = time.Minute

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
	case later && w.push != nil:
		reply := asReply(o)
		if r.reply != nil && r.reply.Type == o.MsgType {
			reply.File = r.reply.File
		}
		packed = packedFor(reply, w.push.Message, f.o.Now())
	case !noFan(err):
		packed = packText(r.rest, f.o.Now())
	}
	r.rest = ""
	if !f.keepInstead(w, newLateAnswer(inFront, packed)) {
		if r.sends == 0 && r.outcome == Late {
			r.outcome = Failed
		}
		return
	}
	r.warn(withArticle(o.MsgType) + " message is kept for the fan's next message, at most 24 h")
	if r.outcome == Late {
		r.outcome = Kept
	}
}

// keepInstead keeps an answer in place of what is kept of the text that follows.
func (f *Fleet) keepInstead(w *work, a lateAnswer) bool {
	standby := w.result.standby
	w.result.standby = nil
	if standby == nil {
		return f.putLateAnswer(w, a)
	}
	return len(a.packed) > 0 && f.changeLateAnswer(w, standby, a)
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
	return f.sendCustom(ctx, w, o)
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
