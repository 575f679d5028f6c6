package api

import (
	"context"
	"fmt"

	"moonwire/wechat"
)

// TemplateMessage is one template message (模板消息) of a service account.
type TemplateMessage struct {
	ToUser     string `json:"touser"`
	TemplateID string `json:"template_id"`
	// URL and MiniProgram are where a tap leads; with both, the mini program wins and URL serves old
	// clients.
	URL         string       `json:"url,omitempty"`
	MiniProgram *MiniProgram `json:"miniprogram,omitempty"`
	// ClientMsgID lets the platform know a repeat (up to 32 characters, for about 10 minutes); with it
	// a call is repeated after a time-out too.
	ClientMsgID string                   `json:"client_msg_id,omitempty"`
	Data        map[string]TemplateValue `json:"data"`
}

// MiniProgram is a page of a mini program linked to the account.
type MiniProgram struct {
	AppID    string `json:"appid"`
	PagePath string `json:"pagepath,omitempty"`
}

// TemplateValue is the value of one key of a template. The name of the key states its kind (thing: up
// to 20 characters, phrase: up to 5 Chinese characters, …), which the platform checks (47003).
type TemplateValue struct {
	Value string `json:"value"`
}

// maxClientMsgID is not confirmed by the vendor.
const maxClientMsgID = 32

// Check reports the first field that WeChat would refuse whatever the template is.
func (m *TemplateMessage) Check() error {
	if err := firstError(checkOpenID("touser", m.ToUser), wechat.CheckGiven("template_id", m.TemplateID), wechat.CheckURL("url", m.URL)); err != nil {
		return err
	}
	if len(m.Data) == 0 {
		return wechat.BadField("data", "is empty; want {key = value, …} with the keys of the template")
	}
	if n := len(m.ClientMsgID); n > maxClientMsgID {
		return wechat.BadField("client_msg_id", fmt.Sprintf("has %d bytes; want at most %d", n, maxClientMsgID))
	}
	if m.MiniProgram != nil {
		return wechat.CheckGiven("miniprogram.appid", m.MiniProgram.AppID)
	}
	return nil
}

// SendTemplate sends a template message (100,000 a day) and returns its msgid; the outcome comes later
// as the event TEMPLATESENDJOBFINISH.
func (c *Client) SendTemplate(ctx context.Context, m *TemplateMessage) (msgid string, err error) {
	if err := m.Check(); err != nil {
		return "", err
	}
	var got struct {
		MsgID string `json:"msgid"`
	}
	err = c.Fetch(ctx, Request{Path: TemplateSend.Path, Body: m}, &got)
	return got.MsgID, err
}
