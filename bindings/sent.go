package bindings

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// Sent is one message to a fan that a script sent itself, besides its answer.
type Sent struct {
	To    string // openid
	Kind  string // custom:text, custom:image, …, template, subscribe
	Shown string // what it says, for people; "" when it has no words
	MsgID string // of a template message
	At    time.Time
	Err   error // nil: WeChat took it
}

// outbox is the API as the scripts of one turn have it: it sends no token of the account to anybody, and notes
// what became of each message to a fan.
type outbox struct {
	API
	s *state
}

func (o outbox) SendCustom(ctx context.Context, m *api.Outgoing) error {
	sent := Sent{To: m.ToUser, Kind: "custom:" + m.MsgType, Shown: cmp.Or(m.Content, m.Title, m.HeadContent)}
	return o.send(sent, m, func(*Sent) error { return o.API.SendCustom(ctx, m) })
}

func (o outbox) SendTemplate(ctx context.Context, m *api.TemplateMessage) (msgid string, err error) {
	err = o.send(Sent{To: m.ToUser, Kind: "template", Shown: m.TemplateID}, m, func(sent *Sent) error {
		msgid, err = o.API.SendTemplate(ctx, m)
		sent.MsgID = msgid
		return err
	})
	return msgid, err
}

func (o outbox) SendSubscription(ctx context.Context, m *api.SubscriptionMessage) error {
	sent := Sent{To: m.ToUser, Kind: "subscribe", Shown: m.TemplateID}
	return o.send(sent, m, func(*Sent) error { return o.API.SendSubscription(ctx, m) })
}

func (o outbox) SendMass(ctx context.Context, m *api.Mass) (api.MassSent, error) {
	if err := o.refuse(m); err != nil {
		return api.MassSent{}, err
	}
	return o.API.SendMass(ctx, m)
}

func (o outbox) PreviewMass(ctx context.Context, m *api.Mass, to string, wxname bool) (msgID string, err error) {
	if err := o.refuse(m); err != nil {
		return "", err
	}
	return o.API.PreviewMass(ctx, m, to, wxname)
}

// Call is how api.call sends what has a function of its own too.
func (o outbox) Call(ctx context.Context, r api.Request) (answer api.Answer, err error) {
	if !strings.HasPrefix(r.Path, "/cgi-bin/message/") {
		return o.API.Call(ctx, r)
	}
	body, _ := r.Body.(json.RawMessage)
	var m struct {
		ToUser     any    `json:"touser"` // mass messages have a list
		MsgType    string `json:"msgtype"`
		TemplateID string `json:"template_id"`
		Text       struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	_ = json.Unmarshal(body, &m) // WeChat says what is wrong with it
	to, _ := m.ToUser.(string)
	sent := Sent{To: to, Shown: m.TemplateID}
	switch r.Path {
	case "/cgi-bin/message/custom/send":
		sent.Kind, sent.Shown = "custom:"+m.MsgType, m.Text.Content
	case "/cgi-bin/message/template/send":
		sent.Kind = "template"
	case "/cgi-bin/message/subscribe/bizsend":
		sent.Kind = "subscribe"
	}
	err = o.send(sent, string(body), func(sent *Sent) error {
		answer, err = o.API.Call(ctx, r)
		var got struct {
			MsgID string `json:"msgid"`
		}
		if err == nil && answer.Decode(&got) == nil {
			sent.MsgID = got.MsgID
		}
		return err
	})
	return answer, err
}

// send makes the call unless the message holds a token, and notes it when it is one to a fan. One that does not
// fit was never sent: a mistake of the script, and no message.
func (o outbox) send(sent Sent, message any, call func(*Sent) error) error {
	if err := o.refuse(message); err != nil {
		return err
	}
	err := call(&sent)
	var field *wechat.FieldError
	if sent.Kind != "" && !errors.As(err, &field) {
		sent.At, sent.Err = o.s.now(), err
		o.s.out.Sent = append(o.s.out.Sent, sent)
	}
	return err
}

func (o outbox) refuse(message any) error {
	if len(o.s.secrets) == 0 {
		return nil
	}
	if body, _ := json.Marshal(message); o.s.tells(string(body)) {
		return &wechat.FieldError{Field: "message", Reason: "holds the account's access_token, which no fan must see"}
	}
	return nil
}
