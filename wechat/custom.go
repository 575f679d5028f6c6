package wechat

import "context"

// Outgoing is one customer-service message (客服消息).
type Outgoing struct {
	ToUser string
	// MsgType is text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard or
	// miniprogrampage.
	MsgType string

	Content                  string // text
	MediaID                  string // image, voice, video, mpnews
	ThumbMediaID             string // video, music, miniprogrampage
	Title, Description       string // video, music, miniprogrampage (title)
	MusicURL, HQMusicURL     string // music
	Articles                 []Article
	ArticleID                string // mpnewsarticle
	HeadContent, TailContent string // msgmenu
	List                     []MenuChoice
	CardID                   string // wxcard
	AppID, PagePath          string // miniprogrampage
	KfAccount                string // the agent in whose name it is sent; "" = the account's
}

// MenuChoice is one line of a msgmenu; a tap comes back as a text with bizmsgmenuid = ID.
type MenuChoice struct{ ID, Content string }

// Check reports the first field that WeChat would refuse, as a *FieldError.
func (o *Outgoing) Check() error { return nil }

// SendCustom sends one customer-service message.
func (c *Client) SendCustom(ctx context.Context, o *Outgoing) error { return nil }

// Typing shows or hides "the other side is typing…".
func (c *Client) Typing(ctx context.Context, openid string, on bool) error { return nil }
