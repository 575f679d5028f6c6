package bindings

import (
	"context"
	"time"

	"moonwire/wechat"
)

// API is what scripts may ask of WeChat; *wechat.Client is one. A *wechat.FieldError from it is the
// author's mistake and raises; any other error is WeChat's answer.
type API interface {
	Calls
	Messages
	Mass
	Fans
	Tags
	Menus
	Media
	Codes
	Web
}

// Calls are the calls without a method of their own.
type Calls interface {
	Call(ctx context.Context, r wechat.Request) (wechat.Answer, error)
	AccessToken(ctx context.Context) (wechat.TokenRow, error)
}

// Messages go to one fan.
type Messages interface {
	SendCustom(ctx context.Context, o *wechat.Outgoing) error
	Typing(ctx context.Context, openid string, on bool) error
	SendTemplate(ctx context.Context, m *wechat.TemplateMessage) (msgid string, err error)
	SendSubscription(ctx context.Context, m *wechat.SubscriptionMessage) error
}

// Mass messages go to many fans.
type Mass interface {
	SendMass(ctx context.Context, m *wechat.Mass) (wechat.MassSent, error)
	PreviewMass(ctx context.Context, m *wechat.Mass, to string, wxname bool) (msgID string, err error)
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
	CreateTag(ctx context.Context, name string) (wechat.Tag, error)
	RenameTag(ctx context.Context, id int64, name string) error
	TagUsers(ctx context.Context, id int64, openids []string) error
	UntagUsers(ctx context.Context, id int64, openids []string) error
}

// Menus change the account's menus.
type Menus interface {
	CreateMenu(ctx context.Context, buttons []wechat.Button) error
	AddConditionalMenu(ctx context.Context, menu wechat.Menu) (menuid string, err error)
}

// Media are temporary media files.
type Media interface {
	UploadMedia(ctx context.Context, kind, filename string, data []byte) (wechat.Media, error)
	DownloadMedia(ctx context.Context, mediaID string) (wechat.File, error)
}

// Codes are QR codes and short keys.
type Codes interface {
	CreateQRCode(ctx context.Context, q wechat.QRCode) (wechat.QRTicket, error)
	ShortKey(ctx context.Context, longData string, life time.Duration) (key string, err error)
}

// Web is what pages in WeChat need.
type Web interface {
	ExchangeCode(ctx context.Context, code string) (wechat.WebToken, error)
	WebUser(ctx context.Context, token wechat.Secret, openid string) (wechat.WebUser, error)
	SignJS(ctx context.Context, link string) (wechat.JSSignature, error)
}
