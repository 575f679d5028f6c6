package bindings

import (
	"context"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

func massFamily() Family {
	message := Param{Name: "message", Type: tTable}
	wrong := Text{"Raises when nobody is addressed or in two ways, an openid comes twice, the message is missing or has an unknown field.", "没有收件人、收件人写了两种、openid 重复、缺少内容或含未知字段时报错。"}
	return Family{
		Name: "mass",
		Doc: Text{
			"Mass messages, written as WeChat's JSON: text = {content}, image = {media_id} or images = {media_ids, recommend}, voice, mpvideo, mpnews = {media_id}, wxcard = {card_id}. Each media_id but that of mpnews may be a file of media/. A subscription account has one a day; a fan of a service account gets four a month.",
			"群发，写法同微信 JSON：text = {content}、image = {media_id} 或 images = {media_ids, recommend}、voice、mpvideo、mpnews = {media_id}、wxcard = {card_id}。除 mpnews 外，media_id 都可以是 media/ 下的文件。订阅号每天 1 条，服务号每位粉丝每月 4 条。",
		},
		Functions: []Function{
			{
				Name: "mass.preview", Forms: params(message), Returns: answers("msg_id", "string"), run: massPreview, Reach: ReachActs,
				Doc:     Text{"Shows a mass message to one fan: touser (an openid) or towxname (a WeChat id). 100 a day.", "把群发内容发给一位粉丝预览:touser(openid)或 towxname(微信号)。每天 100 次。"},
				Example: `on.text("预览", function(msg) local id, err = mass.preview{ touser = msg.openid, text = { content = "新茶上市" } } return id and "看看" or err.hint end)`, Errors: faults(wrong),
			},
			{
				Name: "mass.send", Forms: params(message), Returns: answers("sent", "table"), run: massSend, Reach: ReachActs,
				Doc: Text{
					"Sends a mass message to filter = {is_to_all = true}, filter = {tag_id = …} or touser = {openids}, and gives msg_id (and msg_data_id of articles). clientmsgid keeps it from going out twice. The outcome comes as the event MASSSENDJOBFINISH.",
					"群发给 filter = {is_to_all = true}、filter = {tag_id = …} 或 touser = {openid 列表},返回 msg_id(图文另有 msg_data_id)。clientmsgid 防止重复发送。结果由事件 MASSSENDJOBFINISH 告知。",
				},
				Example: `on.text("群发", function(msg) local sent, err = mass.send{ filter = { tag_id = 100 }, text = { content = "新茶上市" }, clientmsgid = "spring-1" } return sent and sent.msg_id or err.hint end)`,
				Errors:  faults(wrong, Text{"45028: no mass message left this month or day; 45065: this clientmsgid was sent already, and err.msg_id is the message that went out.", "45028:额度已用完;45065:这个 clientmsgid 已发过,err.msg_id 是当时那条群发。"}),
			},
			{
				Name: "mass.delete", Forms: params(Param{Name: "msg_id", Type: tString}, optional("article_idx", tInteger)), Returns: answersTrue(), run: massDelete, Reach: ReachActs,
				Doc:     Text{"Removes the page of an article or video that was sent; the card stays in the chats. article_idx counts from 1; all without it.", "删除已群发图文或视频的页面，聊天里的卡片仍在。article_idx 从 1 开始，不给则全部删除。"},
				Example: `on.match("^撤回 (\\d+)$", function(msg, id) local ok, err = mass.delete(id) return ok and "撤了" or err.hint end)`, Errors: faults(Text{"Raises when msg_id is no id.", "msg_id 不是数字 id 时报错。"}),
			},
			{
				Name: "mass.get", Forms: params(Param{Name: "msg_id", Type: tString}), Returns: answers("sent", "table"), run: massGet, Reach: ReachReads,
				Doc:     Text{"How far a mass message is: msg_id, msg_status (SENDING, SEND_SUCCESS, SEND_FAIL, DELETE).", "群发进度:msg_id、msg_status(SENDING、SEND_SUCCESS、SEND_FAIL、DELETE)。"},
				Example: `on.match("^进度 (\\d+)$", function(msg, id) local s, err = mass.get(id) return s and s.msg_status or err.hint end)`, Errors: faults(),
			},
		},
	}
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
	m.Content = c.state.disarm(m.Content)
	c.checkPlaces(massPlaces(m))
	return r, m
}

func (a arguments) massObject(kind string, tb *lua.LTable, m *api.Mass) {
	switch kind {
	case "text":
		m.Content = a.record(kind, tb, "content").required("content")
	case "images":
		r := a.record(kind, tb, "media_ids", "recommend")
		if ids := r.inner("media_ids"); ids != nil {
			m.MediaIDs = a.texts(1, ids)
		}
		m.Recommend = r.text("recommend")
	case "mpvideo":
		r := a.record(kind, tb, "media_id", "title", "description")
		m.MediaID, m.Title, m.Description = r.required("media_id"), r.text("title"), r.text("description")
	case "wxcard":
		m.CardID = a.record(kind, tb, "card_id").required("card_id")
	default:
		m.MediaID = a.record(kind, tb, "media_id").required("media_id")
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
	return c.actPlaced(to, massPlaces(m), func(ctx context.Context, api API) (any, error) { return api.PreviewMass(ctx, m, to, byName) })
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
		c.failField(err)
	}
	return c.actPlaced(massLabel(m), massPlaces(m), func(ctx context.Context, api API) (any, error) {
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
	return c.request(id, api.Request{Path: api.MassGet.Path, Body: map[string]any{"msg_id": id}}, whole)
}
