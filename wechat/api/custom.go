package api

import (
	"context"
	"fmt"
	"strings"

	"moonwire/wechat"
)

// Outgoing is one customer-service message (客服消息). Which fields count depends on MsgType.
type Outgoing struct {
	ToUser string
	// MsgType is text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard or
	// miniprogrampage (wechat-protocol §6.6).
	MsgType string
	// Content is of text; at most TextLimit bytes.
	Content string
	// MediaID is of image, voice, video and mpnews.
	MediaID string
	// ThumbMediaID is of video, music and miniprogrampage.
	ThumbMediaID string
	// Title is of video, music and miniprogrampage, Description of video and music.
	Title, Description string
	// MusicURL and HQMusicURL (played on Wi-Fi) are of music.
	MusicURL, HQMusicURL string
	// Articles is of news: exactly one.
	Articles []wechat.Article
	// ArticleID is of mpnewsarticle, a published article.
	ArticleID string
	// HeadContent, List and TailContent are of msgmenu.
	HeadContent, TailContent string
	List                     []MenuChoice
	// CardID is of wxcard.
	CardID string
	// AppID and PagePath are of miniprogrampage.
	AppID, PagePath string
	// KfAccount is the agent in whose name it is sent; "" = the account's own.
	KfAccount string
	// IsAIMsg puts a grey line under the message: its content was made by a third party's AI (aimsgcontext).
	IsAIMsg bool
}

// MenuChoice is one line of a msgmenu; a tap comes back as a text with bizmsgmenuid = ID.
type MenuChoice struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

// Check reports the first field that WeChat would refuse, as a *FieldError.
func (o *Outgoing) Check() error {
	if err := wechat.CheckGiven("touser", o.ToUser); err != nil {
		return err
	}
	if err := wechat.CheckAgent(o.KfAccount); err != nil {
		return err
	}
	switch o.MsgType {
	case "text":
		return firstError(wechat.CheckGiven("content", o.Content), wechat.CheckText(o.Content))
	case "image", "voice", "video", "mpnews":
		return wechat.CheckGiven("media_id", o.MediaID)
	case "music":
		return firstError(wechat.CheckGiven("thumb_media_id", o.ThumbMediaID), wechat.CheckGiven("music_url", o.MusicURL),
			wechat.CheckURL("music_url", o.MusicURL), wechat.CheckURL("hq_music_url", o.HQMusicURL))
	case "news":
		if len(o.Articles) != 1 {
			return wechat.BadField("articles", fmt.Sprintf("%d of them; a customer-service message holds exactly one", len(o.Articles)))
		}
		return wechat.CheckArticles(o.Articles)
	case "mpnewsarticle":
		return wechat.CheckGiven("article_id", o.ArticleID)
	case "msgmenu":
		return o.checkList()
	case "wxcard":
		return wechat.CheckGiven("card_id", o.CardID)
	case "miniprogrampage":
		return firstError(wechat.CheckGiven("title", o.Title), wechat.CheckGiven("appid", o.AppID),
			wechat.CheckGiven("pagepath", o.PagePath), wechat.CheckGiven("thumb_media_id", o.ThumbMediaID))
	}
	return wechat.BadField("msgtype", fmt.Sprintf("%q is unknown; want text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard or miniprogrampage", o.MsgType))
}

func (o *Outgoing) checkList() error {
	if len(o.List) == 0 {
		return wechat.BadField("list", "is empty; want at least one {id=…, content=…}")
	}
	for i, choice := range o.List {
		at := fmt.Sprintf("list[%d].", i+1)
		if err := firstError(wechat.CheckGiven(at+"id", choice.ID), wechat.CheckGiven(at+"content", choice.Content)); err != nil {
			return err
		}
	}
	return nil
}

// firstError returns the first of its arguments that is an error.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// SendCustom checks and sends one customer-service message. Send to one fan in sequence: the order of
// parallel calls is not kept.
func (c *Client) SendCustom(ctx context.Context, o *Outgoing) error {
	if err := o.Check(); err != nil {
		return err
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/message/custom/send", Body: o.wire()}, nil)
}

// Typing shows or hides "the other side is typing…", for up to 15 s and only within 30 s of the fan's
// last act.
func (c *Client) Typing(ctx context.Context, openid string, on bool) error {
	if strings.TrimSpace(openid) == "" {
		return wechat.BadField("touser", "missing; want the fan's openid")
	}
	command := "CancelTyping"
	if on {
		command = "Typing"
	}
	body := map[string]any{"touser": openid, "command": command}
	return c.fetch(ctx, Request{Path: "/cgi-bin/message/custom/typing", Body: body}, nil)
}
