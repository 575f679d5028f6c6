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

// Template is one of the account's templates (25 at most).
type Template struct {
	ID              string `json:"template_id"`
	Title           string `json:"title"`
	PrimaryIndustry string `json:"primary_industry"`
	DeputyIndustry  string `json:"deputy_industry"`
	Content         string `json:"content"`
	Example         string `json:"example"`
}

// Industry is what the account's templates are about.
type Industry struct {
	Primary   IndustryClass `json:"primary_industry"`
	Secondary IndustryClass `json:"secondary_industry"`
}

// IndustryClass is a two-level name.
type IndustryClass struct {
	First  string `json:"first_class"`
	Second string `json:"second_class"`
}

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
	err = c.fetch(ctx, Request{Path: "/cgi-bin/message/template/send", Body: m}, &got)
	return got.MsgID, err
}

// Templates lists the account's templates.
func (c *Client) Templates(ctx context.Context) ([]Template, error) {
	var got struct {
		List []Template `json:"template_list"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/template/get_all_private_template"}, &got)
	return got.List, err
}

// AddTemplate takes a template of the library into the account; keywords are for category templates
// only and may be nil.
func (c *Client) AddTemplate(ctx context.Context, shortID string, keywords []string) (templateID string, err error) {
	if err := wechat.CheckGiven("short_id", shortID); err != nil {
		return "", err
	}
	body := map[string]any{"template_id_short": shortID}
	if len(keywords) > 0 {
		body["keyword_name_list"] = keywords
	}
	var got struct {
		ID string `json:"template_id"`
	}
	err = c.fetch(ctx, Request{Path: "/cgi-bin/template/api_add_template", Body: body}, &got)
	return got.ID, err
}

// DeleteTemplate takes a template out of the account.
func (c *Client) DeleteTemplate(ctx context.Context, templateID string) error {
	if err := wechat.CheckGiven("template_id", templateID); err != nil {
		return err
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/template/del_private_template", Body: map[string]any{"template_id": templateID}}, nil)
}

// Industry asks for the account's industries.
func (c *Client) Industry(ctx context.Context) (Industry, error) {
	var got Industry
	err := c.fetch(ctx, Request{Path: "/cgi-bin/template/get_industry"}, &got)
	return got, err
}

// SetIndustry sets the account's industries by their ids, once a month at most.
func (c *Client) SetIndustry(ctx context.Context, id1, id2 string) error {
	return c.fetch(ctx, Request{Path: "/cgi-bin/template/api_set_industry", Body: map[string]any{"industry_id1": id1, "industry_id2": id2}}, nil)
}
