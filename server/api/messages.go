package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"moonwire/server/openapi"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// maxMessages is the largest page of messages/list.
const maxMessages = 200

// defaultMessages is the page of an asker who does not say.
const defaultMessages = 50

// messageView is a stored message as askers see it.
type messageView struct {
	Trace      string      `json:"trace"`
	MsgID      string      `json:"msg_id"`
	OpenID     string      `json:"openid"`
	MsgType    string      `json:"msg_type"`
	Event      string      `json:"event,omitempty"`
	EventKey   string      `json:"event_key,omitempty"`
	MenuID     string      `json:"menuid,omitempty"`
	Content    string      `json:"content,omitempty"`
	CreateTime int64       `json:"create_time"`
	Received   int64       `json:"received"`
	Status     string      `json:"status"`
	Outcome    string      `json:"outcome"`
	Reply      replyView   `json:"reply"`
	Rule       string      `json:"rule,omitempty"`
	Build      string      `json:"build,omitempty"`
	Error      string      `json:"error,omitempty"`
	Attempts   int         `json:"attempts"`
	LatencyMS  int64       `json:"latency_ms"`
	Sends      []sentView  `json:"sends"`
	Asked      []askedView `json:"asked,omitempty"`
}

type askedView struct {
	Model      string `json:"model,omitempty"`
	Prompt     int    `json:"prompt"`
	Completion int    `json:"completion"`
	MS         int64  `json:"ms"`
	Failed     string `json:"failed,omitempty"`
}

type replyView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

type sentView struct {
	Kind    string `json:"kind"`
	At      int64  `json:"at"`
	Errcode int    `json:"errcode"`
	Rid     string `json:"rid,omitempty"`
	MsgID   string `json:"msgid,omitempty"`
	State   string `json:"state,omitempty"`
}

func viewOf(m store.Message) messageView {
	v := messageView{
		Trace: shortTrace(m.Trace), MsgID: m.MsgID, OpenID: m.OpenID, MsgType: m.Type, Event: m.Event, EventKey: m.EventKey,
		MenuID: m.MenuID, Content: m.Content, CreateTime: m.CreateTime, Received: m.Received.Unix(), Status: m.Status.String(),
		Outcome: m.Outcome, Reply: replyView{m.ReplyKind, m.Reply}, Rule: m.Rule, Build: m.Build, Error: m.Error,
		Attempts: m.Attempts, LatencyMS: m.Latency.Milliseconds(), Sends: []sentView{},
	}
	for _, s := range m.Sends {
		v.Sends = append(v.Sends, sentView{s.Kind, s.At.Unix(), s.Errcode, s.Rid, s.MsgID, s.State})
	}
	for _, a := range m.Asked {
		v.Asked = append(v.Asked, askedView{a.Model, a.Prompt, a.Completion, a.Took.Milliseconds(), a.Failed})
	}
	return v
}

func getMessage(ctx context.Context, q *ask) (any, error) {
	var body struct {
		MsgID string `json:"msg_id"`
		Trace string `json:"trace"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	field, ref := "msg_id", body.MsgID
	if body.Trace != "" {
		field, ref = "trace", strings.TrimPrefix(body.Trace, "…") // boxes show the last four, behind dots
	}
	m, found, err := q.store.Message(ctx, q.account, ref)
	switch {
	case errors.Is(err, store.ErrAmbiguous) && field == "trace":
		return nil, severalEnd(ctx, q, ref)
	case err != nil && !errors.Is(err, store.ErrAmbiguous):
		return nil, err
	}
	byTrace := strings.HasSuffix(m.Trace, strings.ToUpper(ref))
	if !found || byTrace != (field == "trace") {
		return nil, &openapi.Failure{
			Kind: openapi.NotFound, Status: http.StatusNotFound, Field: field,
			Message: "names no message that is kept; messages are kept for a limited time",
		}
	}
	return viewOf(m), nil
}

// severalEnd names the messages, the newest first, whose traces have an ending that was meant for one.
func severalEnd(ctx context.Context, q *ask, ending string) error {
	all, err := q.store.Endings(ctx, q.account, ending)
	if err != nil {
		return err
	}
	traces := make([]string, len(all))
	for i, m := range all {
		traces[i] = shortTrace(m.Trace)
	}
	return openapi.BadField("trace", "ends the traces of several messages; give more of it. The newest are "+strings.Join(traces, ", "))
}

func listMessages(ctx context.Context, q *ask) (any, error) {
	var body struct {
		OpenID string `json:"openid"`
		Before string `json:"before"`
		Limit  int    `json:"limit"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	limit := body.Limit
	if limit == 0 {
		limit = defaultMessages
	}
	filter := store.MessageFilter{OpenID: body.OpenID, Limit: limit + 1} // one more tells whether there is a next page
	if body.Before != "" {
		m, found, err := q.store.Message(ctx, q.account, body.Before)
		switch {
		case err != nil:
			return nil, err
		case !found || body.OpenID != "" && m.OpenID != body.OpenID:
			return nil, openapi.BadField("before", "names no message of this list; want a trace of it, or `next` of the page before")
		}
		filter.Before = m.Cursor
	}
	found, err := q.store.Messages(ctx, q.account, filter)
	if err != nil {
		return nil, err
	}
	var page struct {
		Messages []messageView `json:"messages"`
		Next     *string       `json:"next"`
	}
	page.Messages = []messageView{}
	if len(found) > limit {
		found = found[:limit]
		page.Next = &found[limit-1].Trace
	}
	for _, m := range found {
		page.Messages = append(page.Messages, viewOf(m))
	}
	return page, nil
}

func replyMessage(ctx context.Context, q *ask) (any, error) {
	out, err := api.ParseOutgoing(q.body)
	if err != nil {
		return nil, replyFailure(q.tree, err)
	}
	for _, name := range replyShape().Names() {
		if _, given := q.tree[name]; given && !slices.Contains([]string{"touser", "msgtype", "customservice", "aimsgcontext", out.MsgType}, name) {
			return nil, openapi.BadReply(name, "does not belong to msgtype "+out.MsgType+"; leave it out")
		}
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	q.acts("customer-service messages")
	err = client.SendCustom(ctx, out)
	q.record(out.ToUser, "custom:"+out.MsgType, outgoingText(out), "", err)
	if err != nil {
		return nil, err
	}
	return map[string]string{"trace": shortTrace(q.trace)}, nil
}

// replyFailure puts a field that does not fit into the words of WeChat's JSON.
func replyFailure(tree map[string]any, err error) error {
	var field *wechat.FieldError
	if !errors.As(err, &field) {
		return err
	}
	if field.Field == "touser" {
		return openapi.BadField(field.Field, field.Reason)
	}
	msgtype, _ := tree["msgtype"].(string)
	return openapi.BadReply(replyField(msgtype, field.Field), field.Reason)
}

func replyField(msgtype, field string) string {
	switch field {
	case "msgtype", msgtype:
		return field
	case "kf_account":
		return "customservice.kf_account"
	case "is_ai_msg":
		return "aimsgcontext.is_ai_msg"
	}
	if msgtype == "news" && !strings.HasPrefix(field, "articles") {
		field = "articles[1]." + field // the check speaks of the one article there may be
	}
	return msgtype + "." + strings.NewReplacer("hq_music_url", "hqmusicurl", "music_url", "musicurl", "pic_url", "picurl").Replace(field)
}

func outgoingText(o *api.Outgoing) string {
	switch {
	case o.MsgType == "text":
		return o.Content
	case o.MsgType == "news" && len(o.Articles) > 0:
		return o.Articles[0].Title
	}
	return o.Title
}

// record remembers what was sent to a fan, so that messages/get finds it and the window's count stays true.
func (q *ask) record(openid, kind, shown, msgid string, err error) {
	r := store.Record{
		Trace: q.trace, Account: q.account, OpenID: openid, Received: q.now(), Status: store.AnsweredAsync, Outcome: store.SentAlone,
		Rule: store.Actor{Kind: store.ActorKey, Name: q.key}.String(), ReplyKind: kind, Reply: shown, Sends: []store.Send{{Kind: kind, At: q.now(), MsgID: msgid}},
	}
	if err != nil {
		r.Status, r.Error, r.Sends[0].Errcode = store.Failed, err.Error(), -1
	}
	var refused *api.Error
	if errors.As(err, &refused) {
		r.Sends[0].Errcode, r.Sends[0].Rid = refused.Code, refused.Rid
		r.WindowClosed = refused.Code == 45015 || refused.Code == 45047
	}
	q.store.Record(r)
}
