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
	Codes
	Web
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

// Media are temporary media files.
type Media interface {
	UploadMedia(ctx context.Context, kind, filename string, data []byte) (api.Media, error)
	DownloadMedia(ctx context.Context, mediaID string) (api.File, error)
}

// Codes are QR codes and short keys.
type Codes interface {
	CreateQRCode(ctx context.Context, q api.QRCode) (api.QRTicket, error)
	ShortKey(ctx context.Context, longData string, life time.Duration) (key string, err error)
}

// Web is what pages in WeChat need.
type Web interface {
	ExchangeCode(ctx context.Context, code string) (api.WebToken, error)
	WebUser(ctx context.Context, token api.Secret, openid string) (api.WebUser, error)
	SignJS(ctx context.Context, link string) (api.JSSignature, error)
}
