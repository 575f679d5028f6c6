package bindings

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// maxOpenID is far above what openids have: 28 bytes.
const maxOpenID = 128

// openid is the fan in argument 1.
func (c call) openid() string {
	id := c.text(1)
	if id == "" || len(id) > maxOpenID {
		c.failArg(1, "is "+quote(id), "the openid of a fan, such as msg.openid")
	}
	return id
}

// deliver sends one customer-service message, under the options in argument 3, and gives true, or nil and what
// WeChat said.
func (c call) deliver(o *api.Outgoing) int {
	if tb := c.table(3); tb != nil {
		r := c.record("options", tb, "kf_account", "is_ai_msg")
		o.KfAccount, o.IsAIMsg = r.text("kf_account"), r.flag("is_ai_msg")
	}
	if err := o.Check(); err != nil {
		c.fail("%s", fieldText(err))
	}
	return c.ask(o.ToUser, func(ctx context.Context, api API) error { return api.SendCustom(ctx, o) })
}

func fieldText(err error) string {
	var f *wechat.FieldError
	if errors.As(err, &f) {
		return f.Error()
	}
	return err.Error()
}

func sendText(c call) int {
	to, text := c.openid(), c.text(2)
	if text == "" {
		c.failArg(2, "is empty", "a text with something in it")
	}
	o := api.Outgoing{ToUser: to, MsgType: "text"}
	for _, part := range wechat.SplitText(text, wechat.TextLimit) {
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
		HeadContent: r.text("head_content"), TailContent: r.text("tail_content"),
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
		o.List = append(o.List, api.MenuChoice{ID: choice.required("id"), Content: choice.required("content")})
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
