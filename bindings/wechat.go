package bindings

import (
	"context"
	"time"

	"moonwire/wechat/api"
)

// API is what scripts may ask of WeChat; *api.Client is one. A *wechat.FieldError from it is the
// author's mistake and raises; any other error is WeChat's answer.
type API interface {
	Calls
	Messages
	Mass
	Fans
	Tags
	Menus
	Media
	QRCodes
	ShortKeys
	OAuth
	JSSDK
}

// Calls are the calls without a method of their own.
type Calls interface {
	Call(ctx context.Context, r api.Request) (api.Answer, error)
	AccessToken(ctx context.Context) (api.TokenRow, error)
}

// Messages go to one fan.
type Messages interface {
	SendCustom(ctx context.Context, o *api.Outgoing) error
	Typing(ctx context.Context, openid string, on bool) error
	SendTemplate(ctx context.Context, m *api.TemplateMessage) (msgid string, err error)
	SendSubscription(ctx context.Context, m *api.SubscriptionMessage) error
}

// Mass messages go to many fans.
type Mass interface {
	SendMass(ctx context.Context, m *api.Mass) (api.MassSent, error)
	PreviewMass(ctx context.Context, m *api.Mass, to string, wxname bool) (msgID string, err error)
	DeleteMass(ctx context.Context, msgID string, article int) error
}

// Fans are what the account keeps of its fans.
type Fans interface {
	SetRemark(ctx context.Context, openid, remark string) error
	Block(ctx context.Context, openids []string) error
	Unblock(ctx context.Context, openids []string) error
}

// Tags are the labels of fans.
type Tags interface {
	CreateTag(ctx context.Context, name string) (api.Tag, error)
	RenameTag(ctx context.Context, id int64, name string) error
	TagUsers(ctx context.Context, id int64, openids []string) error
	UntagUsers(ctx context.Context, id int64, openids []string) error
}

// Menus change the account's menus.
type Menus interface {
	CreateMenu(ctx context.Context, buttons []api.Button) error
	AddConditionalMenu(ctx context.Context, menu api.Menu) (menuid string, err error)
}

// Media are files: temporary ones, pictures of articles, videos of mass messages, and those that last.
type Media interface {
	UploadMedia(ctx context.Context, kind, filename string, data []byte) (api.Media, error)
	UploadPicture(ctx context.Context, filename string, data []byte) (address string, err error)
	MassVideo(ctx context.Context, mediaID, title, description string) (massID string, err error)
	AddMaterial(ctx context.Context, kind, filename string, data []byte) (mediaID string, err error)
	DownloadMedia(ctx context.Context, mediaID string) (api.File, error)
}

// QRCodes are codes that name a scene.
type QRCodes interface {
	CreateQRCode(ctx context.Context, q api.QRCode) (api.QRTicket, error)
}

// ShortKeys stand for long texts.
type ShortKeys interface {
	ShortKey(ctx context.Context, longData string, life time.Duration) (key string, err error)
}

// OAuth tells a page who looks at it.
type OAuth interface {
	ExchangeCode(ctx context.Context, code string) (api.WebToken, error)
	WebUser(ctx context.Context, token api.Secret, openid string) (api.WebUser, error)
}

// JSSDK signs pages for wx.config.
type JSSDK interface {
	SignJS(ctx context.Context, link string) (api.JSSignature, error)
}

// The errors that all functions share which call WeChat.
var (
	faultRefused = Text{
		"Gives nil, err when WeChat refuses; err has errcode, errmsg, hint (cause and cure), hint_zh (the same in Chinese) and rid.",
		"微信拒绝时返回 nil, err;err 含 errcode、errmsg、hint_zh(原因和办法)、hint(同上，英文)、rid。",
	}
	faultCalled = Text{
		"Raises when an argument is wrong, at the top level, and after 20 calls to WeChat in a turn.",
		"参数不对、在顶层调用、或一轮内调用微信超过 20 次时报错。",
	}
)

// faults are the errors of a function that calls WeChat; special ones come first.
func faults(special ...Text) []Text {
	return append(special, faultRefused, faultCalled)
}

// The results that functions share which call WeChat.
func answers(name, lua string) []Result { return []Result{{name, lua + "?"}, {"err", "WeChatError?"}} }

func answersTrue() []Result { return answers("ok", "true") }
