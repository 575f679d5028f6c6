package bindings

import (
	"context"
	"fmt"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

func sendFamily() Family {
	to := Param{Name: "openid", Type: tString}
	options := optional("options", tTable)
	returns := []Result{{"ok", "true?"}, {"err", "WeChatError?"}}
	refused := Text{
		"Gives nil, err when WeChat refuses; err has errcode, errmsg, hint, hint_zh and rid (45015: the fan did not act for 48 h; 48001: the account has no right to).",
		"微信拒绝时返回 nil, err;err 含 errcode、errmsg、hint_zh、hint、rid(45015:粉丝 48 小时内没有互动;48001:账号无权限)。",
	}
	wrong := Text{
		"Raises when a field is missing, unknown or has the wrong type, at the top level, and after 20 calls to WeChat in a turn.",
		"字段缺失、未知或类型不对，在顶层调用，或一轮内调用微信超过 20 次时报错。",
	}
	errs := []Text{refused, wrong}
	byID := func(kind, id, en, zh string, set func(*api.Outgoing, string)) Function {
		return Function{
			Name: "send." + kind, Forms: params(to, Param{Name: id, Type: tString}, options), Returns: returns, run: sendByID(kind, set), Reach: ReachActs,
			Doc: Text{en, zh}, Example: `on.text("发", function(msg) local ok, err = send.` + kind + `(msg.openid, "ID") return ok and "发了" or err.hint end)`, Errors: errs,
		}
	}
	table := func(kind, name, fields, en, zh string, run func(call) int) Function {
		return Function{
			Name: "send." + kind, Forms: params(to, Param{Name: name, Type: tTable}, options), Returns: returns, run: run, Reach: ReachActs,
			Doc: Text{en, zh}, Example: `on.text("发", function(msg) local ok, err = send.` + kind + `(msg.openid, ` + fields + `) return ok and "发了" or err.hint end)`, Errors: errs,
		}
	}
	media := func(o *api.Outgoing, id string) { o.MediaID = id }
	return Family{
		Name: "send",
		Doc: Text{
			"Customer-service messages: to a fan who acted lately (5 within 48 h of a message, 3 within a minute of a menu tap, a follow or a scan). Options: kf_account = \"…\" sends in the name of an agent; is_ai_msg = true puts a grey line under the message that says that a third party's AI made it.",
			"客服消息：只能发给近期有互动的粉丝（发消息后 48 小时内 5 条；点菜单、关注、扫码后 1 分钟内 3 条）。选项:kf_account = \"…\" 以某客服的名义发送;is_ai_msg = true 在消息下方显示一行灰字“内容由第三方 AI 生成”。",
		},
		Functions: []Function{
			{
				Name: "send.text", Forms: params(to, Param{Name: "content", Type: tString}, options), Returns: returns, run: sendText, Reach: ReachActs,
				Doc:     Text{"A text; over 2048 bytes it goes out in several messages, in order.", "文本；超过 2048 字节时按顺序拆成多条。"},
				Example: `on.text("催", function(msg) local ok, err = send.text(msg.openid, "马上来") if not ok then log.warn(err.hint) end return "好" end)`, Errors: errs,
			},
			byID("image", "media_id", "A picture: a media_id, or a file of media/.", "图片：media_id，或 media/ 下的文件。", media),
			byID("voice", "media_id", "A voice message: a media_id, or a file of media/.", "语音：media_id，或 media/ 下的文件。", media),
			table("video", "video", `{ media_id = "M", thumb_media_id = "T", title = "怎么泡茶" }`, "A video: media_id, thumb_media_id (each may be a file of media/), title, description.", "视频：media_id、thumb_media_id（都可以是 media/ 下的文件）、title、description。", sendVideo),
			table("music", "music", `{ title = "茶", music_url = "https://example.com/a.mp3", hq_music_url = "https://example.com/b.mp3", thumb_media_id = "T" }`, "Music: title, description, music_url, hq_music_url, thumb_media_id (or a file of media/).", "音乐：title、description、music_url、hq_music_url、thumb_media_id（也可以是 media/ 下的文件）。", sendMusic),
			table("news", "article", `{ title = "新茶", url = "https://example.com" }`, "One article: title, description, url, pic_url (a link, or a file of media/).", "一篇图文：title、description、url、pic_url（链接，或 media/ 下的文件）。", sendNews),
			byID("mpnews", "media_id", "An article of the material library.", "素材库图文。", media),
			byID("mpnewsarticle", "article_id", "A published article.", "已发布的图文。", func(o *api.Outgoing, id string) { o.ArticleID = id }),
			table("msgmenu", "menu", `{ head_content = "满意吗?", list = { { id = "1", content = "满意" }, { id = "2", content = "不满意" } } }`, "A question with choices; a tap comes back as a text with msg.bizmsgmenuid. Fields: head_content, list of {id, content}, tail_content.", "带选项的提问；点选后作为文本消息回来,msg.bizmsgmenuid 为选项 id。字段:head_content、list({id, content} 列表)、tail_content。", sendMenu),
			byID("wxcard", "card_id", "A card or coupon.", "卡券。", func(o *api.Outgoing, id string) { o.CardID = id }),
			table("miniprogrampage", "page", `{ title = "点单", appid = "wx00000000000000aa", pagepath = "pages/index", thumb_media_id = "T" }`, "A mini program: title, appid, pagepath, thumb_media_id (or a file of media/).", "小程序卡片：title、appid、pagepath、thumb_media_id（也可以是 media/ 下的文件）。", sendMiniProgram),
			{
				Name: "send.typing", Forms: params(to, optional("on", tBoolean)), Returns: returns, run: sendTyping, Reach: ReachActs,
				Doc:     Text{"Shows that the other side is typing, or with false no longer.", "显示“对方正在输入”；传 false 取消。"},
				Example: `on.text("慢", function(msg) send.typing(msg.openid) time.sleep("2s") return "想好了" end)`, Errors: errs,
			},
		},
	}
}

// deliver sends one customer-service message, under the options in argument 3, and gives true, or nil and what
// WeChat said.
func (c call) deliver(o *api.Outgoing) int {
	if tb := c.table(3); tb != nil {
		r := c.record("options", tb, "kf_account", "is_ai_msg")
		o.KfAccount, o.IsAIMsg = r.text("kf_account"), r.flag("is_ai_msg")
	}
	places := sentPlaces(o)
	c.checkPlaces(places)
	if err := checkPlaced(o.Check, places); err != nil {
		c.failField(err)
	}
	files, refused := c.place(places)
	if refused != nil {
		return c.pushRefusal(refused)
	}
	return c.ask(o.ToUser, func(ctx context.Context, api API) error {
		return files.again(ctx, c.state.p, api, func() error { return api.SendCustom(ctx, o) })
	})
}

func sendText(c call) int {
	to, text := c.openid(), c.text(2)
	if text == "" {
		c.failArg(2, "is empty", "a text with something in it")
	}
	c.turn.Steps(c.L, len(text)/8)
	o := api.Outgoing{ToUser: to, MsgType: "text"}
	for _, part := range wechat.SplitText(c.state.disarm(text), wechat.TextLimit) {
		o.Content = part
		if n := c.deliver(&o); n != 1 {
			return n
		}
		c.L.Pop(1)
	}
	return c.push(lua.LTrue)
}

// sendByID sends what is named by one id: a picture, a voice message, a card.
func sendByID(kind string, set func(o *api.Outgoing, id string)) func(call) int {
	return func(c call) int {
		o := &api.Outgoing{ToUser: c.openid(), MsgType: kind}
		if c.text(2) == "" {
			c.failArg(2, "is empty", "an id")
		}
		set(o, c.text(2))
		return c.deliver(o)
	}
}

func sendVideo(c call) int {
	r := c.record("", c.table(2), "media_id", "thumb_media_id", "title", "description")
	return c.deliver(&api.Outgoing{
		ToUser: c.openid(), MsgType: "video",
		MediaID: r.required("media_id"), ThumbMediaID: r.text("thumb_media_id"),
		Title: r.text("title"), Description: r.text("description"),
	})
}

func sendMusic(c call) int {
	r := c.record("", c.table(2), musicFields...)
	return c.deliver(&api.Outgoing{
		ToUser: c.openid(), MsgType: "music",
		Title: r.text("title"), Description: r.text("description"),
		MusicURL: r.text("music_url"), HQMusicURL: r.text("hq_music_url"), ThumbMediaID: r.text("thumb_media_id"),
	})
}

func sendNews(c call) int {
	return c.deliver(&api.Outgoing{
		ToUser: c.openid(), MsgType: "news", Articles: c.articles(c.table(2)),
	})
}

func sendMenu(c call) int {
	r := c.record("", c.table(2), "head_content", "list", "tail_content")
	o := &api.Outgoing{
		ToUser: c.openid(), MsgType: "msgmenu",
		HeadContent: c.state.disarm(r.text("head_content")), TailContent: c.state.disarm(r.text("tail_content")),
	}
	list, ok := r.get("list").(*lua.LTable)
	if !ok {
		r.fail("list is %s; want a list of {id = …, content = …}", describe(r.get("list")))
	}
	list = c.open(list)
	n := list.Len()
	if n > 100 {
		r.fail("list has %d choices; want a few", n)
	}
	for i := 1; i <= n; i++ {
		at := fmt.Sprintf("list %d", i)
		item, ok := list.RawGetInt(i).(*lua.LTable)
		if !ok {
			c.fail("%s is %s; want {id = …, content = …}", at, describe(list.RawGetInt(i)))
		}
		choice := c.record(at, item, "id", "content")
		o.List = append(o.List, api.MenuChoice{ID: choice.required("id"), Content: c.state.disarm(choice.required("content"))})
	}
	return c.deliver(o)
}

func sendMiniProgram(c call) int {
	r := c.record("", c.table(2), "title", "appid", "pagepath", "thumb_media_id")
	return c.deliver(&api.Outgoing{
		ToUser: c.openid(), MsgType: "miniprogrampage",
		Title: r.text("title"), AppID: r.required("appid"), PagePath: r.text("pagepath"), ThumbMediaID: r.text("thumb_media_id"),
	})
}

func sendTyping(c call) int {
	to, on := c.openid(), c.arg(2) != lua.LFalse
	return c.ask(to+" "+strconv.FormatBool(on), func(ctx context.Context, api API) error { return api.Typing(ctx, to, on) })
}
