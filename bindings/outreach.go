package bindings

import (
	"context"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

func subscribeMessageSend(c call) int {
	m := &api.SubscriptionMessage{ToUser: c.openid(), TemplateID: c.templateID(2), Data: c.templateData(3)}
	if tb := c.table(4); tb != nil {
		o := c.record("options", tb, "page", "miniprogram")
		m.Page, m.MiniProgram = o.text("page"), o.miniProgram()
	}
	return c.ask(m.ToUser, func(ctx context.Context, api API) error { return api.SendSubscription(ctx, m) })
}

func kfList(c call) int {
	return c.read("", api.Request{Path: "/cgi-bin/customservice/getkflist"}, list("kf_list"))
}

func kfOnline(c call) int {
	return c.read("", api.Request{Path: "/cgi-bin/customservice/getonlinekflist"}, list("kf_online_list"))
}

// massKinds are the objects of a mass message, by their names in WeChat's JSON.
var massKinds = []string{"text", "image", "images", "voice", "mpvideo", "mpnews", "wxcard"}

// mass reads a mass message as WeChat writes it; more are the fields that say to whom.
func (c call) mass(more ...string) (record, *api.Mass) {
	names := append(append([]string{"msgtype"}, massKinds...), more...)
	r := c.record("", c.table(1), names...)
	m := &api.Mass{MsgType: r.text("msgtype")}
	for _, kind := range massKinds {
		tb := r.inner(kind)
		if tb == nil {
			continue
		}
		kindType := kind
		if kind == "images" {
			kindType = "image"
		}
		if m.MsgType != "" && m.MsgType != kindType {
			r.fail("has %s beside msgtype or another message of type %s; want one message", kind, m.MsgType)
		}
		m.MsgType = kindType
		c.massObject(kind, tb, m)
	}
	return r, m
}

func (c call) massObject(kind string, tb *lua.LTable, m *api.Mass) {
	switch kind {
	case "text":
		m.Content = c.record(kind, tb, "content").required("content")
	case "images":
		r := c.record(kind, tb, "media_ids", "recommend")
		if ids := r.inner("media_ids"); ids != nil {
			m.MediaIDs = c.texts(1, ids)
		}
		m.Recommend = r.text("recommend")
	case "mpvideo":
		r := c.record(kind, tb, "media_id", "title", "description")
		m.MediaID, m.Title, m.Description = r.required("media_id"), r.text("title"), r.text("description")
	case "wxcard":
		m.CardID = c.record(kind, tb, "card_id").required("card_id")
	default:
		m.MediaID = c.record(kind, tb, "media_id").required("media_id")
	}
}

func massPreview(c call) int {
	r, m := c.mass("touser", "towxname")
	if r.text("touser") != "" && r.text("towxname") != "" {
		r.fail("has touser beside towxname; want one of the two")
	}
	to, byName := r.text("touser"), false
	if to == "" {
		to, byName = r.text("towxname"), true
	}
	if to == "" {
		r.fail("nobody is addressed; want touser (an openid) or towxname (a WeChat id)")
	}
	return c.act(to, func(ctx context.Context, api API) (any, error) { return api.PreviewMass(ctx, m, to, byName) })
}

func massSend(c call) int {
	r, m := c.mass("filter", "touser", "clientmsgid", "send_ignore_reprint")
	m.ClientMsgID, m.SendIgnoreReprint = r.text("clientmsgid"), r.flag("send_ignore_reprint")
	if tb := r.inner("touser"); tb != nil {
		m.OpenIDs = c.fans(1, tb)
	}
	if tb := r.inner("filter"); tb != nil {
		if r.inner("touser") != nil {
			r.fail("has filter beside touser; want one of the two: filter, or a list of openids")
		}
		f := c.record("filter", tb, "is_to_all", "tag_id")
		m.ToAll, m.TagID = f.flag("is_to_all"), f.integer("tag_id")
	}
	if err := m.Check(); err != nil {
		c.fail("%s", fieldText(err))
	}
	return c.act(massLabel(m), func(ctx context.Context, api API) (any, error) {
		got, err := api.SendMass(ctx, m)
		sent := map[string]any{"msg_id": got.MsgID}
		if got.MsgDataID != "" {
			sent["msg_data_id"] = got.MsgDataID
		}
		return sent, err
	})
}

// massLabel is how a mass message is recognised: by the script's own id, else by what goes to whom.
func massLabel(m *api.Mass) string {
	switch {
	case m.ClientMsgID != "":
		return m.ClientMsgID
	case m.ToAll:
		return m.MsgType + " to all"
	case len(m.OpenIDs) > 0:
		return m.MsgType + " to " + m.OpenIDs[0] + " and " + strconv.Itoa(len(m.OpenIDs)-1)
	}
	return m.MsgType + " to tag " + strconv.FormatInt(m.TagID, 10)
}

func massDelete(c call) int {
	id, article := c.text(1), int(c.number(2, 0))
	return c.ask(id+" "+strconv.Itoa(article), func(ctx context.Context, api API) error { return api.DeleteMass(ctx, id, article) })
}

func massGet(c call) int {
	id := c.filled(1, "the msg_id that mass.send gave")
	return c.read(id, api.Request{Path: "/cgi-bin/message/mass/get", Body: map[string]any{"msg_id": id}}, whole)
}
