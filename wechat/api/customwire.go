package api

import (
	"fmt"

	"moonwire/wechat"
)

// customWire is a customer-service message as JSON (wechat-protocol §6.6).
type customWire struct {
	ToUser          string         `json:"touser"`
	MsgType         string         `json:"msgtype"`
	Text            *customText    `json:"text,omitempty"`
	Image           *customMedia   `json:"image,omitempty"`
	Voice           *customMedia   `json:"voice,omitempty"`
	Video           *customVideo   `json:"video,omitempty"`
	Music           *customMusic   `json:"music,omitempty"`
	News            *customNews    `json:"news,omitempty"`
	MPNews          *customMedia   `json:"mpnews,omitempty"`
	MPNewsArticle   *customArticle `json:"mpnewsarticle,omitempty"`
	MsgMenu         *customMenu    `json:"msgmenu,omitempty"`
	WxCard          *customCard    `json:"wxcard,omitempty"`
	MiniProgramPage *customPage    `json:"miniprogrampage,omitempty"`
	CustomerService *customAgent   `json:"customservice,omitempty"`
	AIMsgContext    *customAI      `json:"aimsgcontext,omitempty"`
}

type (
	customText struct {
		Content string `json:"content"`
	}
	customMedia struct {
		MediaID string `json:"media_id"`
	}
	customVideo struct {
		MediaID      string `json:"media_id"`
		ThumbMediaID string `json:"thumb_media_id,omitempty"`
		Title        string `json:"title,omitempty"`
		Description  string `json:"description,omitempty"`
	}
	customMusic struct {
		Title        string `json:"title,omitempty"`
		Description  string `json:"description,omitempty"`
		MusicURL     string `json:"musicurl"`
		HQMusicURL   string `json:"hqmusicurl"`
		ThumbMediaID string `json:"thumb_media_id"`
	}
	customNews struct {
		Articles []customNewsArticle `json:"articles"`
	}
	customNewsArticle struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		URL         string `json:"url"`
		PicURL      string `json:"picurl"`
	}
	customArticle struct {
		ArticleID string `json:"article_id"`
	}
	customMenu struct {
		HeadContent string       `json:"head_content"`
		List        []MenuChoice `json:"list"`
		TailContent string       `json:"tail_content"`
	}
	customCard struct {
		CardID string `json:"card_id"`
	}
	customPage struct {
		Title        string `json:"title"`
		AppID        string `json:"appid"`
		PagePath     string `json:"pagepath"`
		ThumbMediaID string `json:"thumb_media_id"`
	}
	customAgent struct {
		KfAccount string `json:"kf_account"`
	}
	customAI struct {
		IsAIMsg int `json:"is_ai_msg"`
	}
)

// wire is the JSON of a message that passed Check.
func (o *Outgoing) wire() customWire {
	w := customWire{ToUser: o.ToUser, MsgType: o.MsgType}
	media := &customMedia{o.MediaID}
	switch o.MsgType {
	case "text":
		w.Text = &customText{wechat.Clean(o.Content)}
	case "image":
		w.Image = media
	case "voice":
		w.Voice = media
	case "mpnews":
		w.MPNews = media
	case "video":
		w.Video = &customVideo{o.MediaID, o.ThumbMediaID, o.Title, o.Description}
	case "music":
		hq := o.HQMusicURL
		if hq == "" {
			hq = o.MusicURL
		}
		w.Music = &customMusic{o.Title, o.Description, o.MusicURL, hq, o.ThumbMediaID}
	case "news":
		w.News = &customNews{}
		for _, a := range o.Articles {
			w.News.Articles = append(w.News.Articles, customNewsArticle{a.Title, a.Description, a.URL, a.PicURL})
		}
	case "mpnewsarticle":
		w.MPNewsArticle = &customArticle{o.ArticleID}
	case "msgmenu":
		w.MsgMenu = &customMenu{o.HeadContent, o.List, o.TailContent}
	case "wxcard":
		w.WxCard = &customCard{o.CardID}
	case "miniprogrampage":
		w.MiniProgramPage = &customPage{o.Title, o.AppID, o.PagePath, o.ThumbMediaID}
	}
	if o.KfAccount != "" {
		w.CustomerService = &customAgent{o.KfAccount}
	}
	if o.IsAIMsg {
		w.AIMsgContext = &customAI{1}
	}
	return w
}

// ParseOutgoing reads a customer-service message from WeChat's own JSON and checks it. The error is a
// *FieldError where a field is wrong.
func ParseOutgoing(body []byte) (*Outgoing, error) {
	var w customWire
	if err := decodeLenient(body, &w); err != nil {
		return nil, wechat.BadField("body", err.Error())
	}
	o := &Outgoing{ToUser: w.ToUser, MsgType: w.MsgType}
	if w.CustomerService != nil {
		o.KfAccount = w.CustomerService.KfAccount
	}
	if w.AIMsgContext != nil {
		if n := w.AIMsgContext.IsAIMsg; n != 0 && n != 1 {
			return nil, wechat.BadField("is_ai_msg", fmt.Sprintf("is %d; want 0 or 1", n))
		}
		o.IsAIMsg = w.AIMsgContext.IsAIMsg == 1
	}
	if !o.fill(w) {
		if err := o.Check(); err != nil {
			return nil, err
		}
		return nil, wechat.BadField(o.MsgType, "missing; want the object that belongs to msgtype "+o.MsgType)
	}
	return o, o.Check()
}

// fill takes the object that belongs to the message's type and reports whether it was there.
func (o *Outgoing) fill(w customWire) bool {
	var media *customMedia
	switch {
	case o.MsgType == "text" && w.Text != nil:
		o.Content = w.Text.Content
	case o.MsgType == "image":
		media = w.Image
	case o.MsgType == "voice":
		media = w.Voice
	case o.MsgType == "mpnews":
		media = w.MPNews
	case o.MsgType == "video" && w.Video != nil:
		o.MediaID, o.ThumbMediaID, o.Title, o.Description = w.Video.MediaID, w.Video.ThumbMediaID, w.Video.Title, w.Video.Description
	case o.MsgType == "music" && w.Music != nil:
		m := w.Music
		o.Title, o.Description, o.MusicURL, o.HQMusicURL, o.ThumbMediaID = m.Title, m.Description, m.MusicURL, m.HQMusicURL, m.ThumbMediaID
	case o.MsgType == "news" && w.News != nil:
		for _, a := range w.News.Articles {
			o.Articles = append(o.Articles, wechat.Article{Title: a.Title, Description: a.Description, PicURL: a.PicURL, URL: a.URL})
		}
	case o.MsgType == "mpnewsarticle" && w.MPNewsArticle != nil:
		o.ArticleID = w.MPNewsArticle.ArticleID
	case o.MsgType == "msgmenu" && w.MsgMenu != nil:
		o.HeadContent, o.List, o.TailContent = w.MsgMenu.HeadContent, w.MsgMenu.List, w.MsgMenu.TailContent
	case o.MsgType == "wxcard" && w.WxCard != nil:
		o.CardID = w.WxCard.CardID
	case o.MsgType == "miniprogrampage" && w.MiniProgramPage != nil:
		p := w.MiniProgramPage
		o.Title, o.AppID, o.PagePath, o.ThumbMediaID = p.Title, p.AppID, p.PagePath, p.ThumbMediaID
	default:
		return false
	}
	if media != nil {
		o.MediaID = media.MediaID
	}
	return o.MsgType != "image" && o.MsgType != "voice" && o.MsgType != "mpnews" || media != nil
}
