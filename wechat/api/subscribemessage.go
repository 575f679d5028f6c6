package api

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"unicode/utf8"

	"moonwire/wechat"
)

// SubscriptionMessage is one subscription notice (订阅通知), to a fan who agreed to it.
type SubscriptionMessage struct {
	ToUser      string                   `json:"touser"`
	TemplateID  string                   `json:"template_id"`
	Page        string                   `json:"page,omitempty"`
	MiniProgram *MiniProgram             `json:"miniprogram,omitempty"`
	Data        map[string]TemplateValue `json:"data"`
}

// SubscriptionTemplate is one of the account's templates for subscription notices.
type SubscriptionTemplate struct {
	ID      string `json:"priTmplId"`
	Title   string `json:"title"`
	Content string `json:"content"`
	Example string `json:"example"`
	// Type is 2 for one-time and 3 for long-term subscriptions.
	Type int64 `json:"type"`
}

// PublicTemplate is a title of the public library.
type PublicTemplate struct {
	TID        string `json:"tid"`
	Title      string `json:"title"`
	Type       int64  `json:"type"`
	CategoryID string `json:"categoryId"`
}

// TemplateKeyword is a keyword of a public template.
type TemplateKeyword struct {
	KID     int64  `json:"kid"`
	Name    string `json:"name"`
	Example string `json:"example"`
	Rule    string `json:"rule"`
}

// Category is one of the account's categories.
type Category struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Limits of wechat-protocol §6.5.
const (
	minKeywords    = 2
	maxKeywords    = 5
	maxSceneDesc   = 15
	maxTitlesLimit = 30
)

// SendSubscription sends a subscription notice; 43101 means that the fan has not agreed.
func (c *Client) SendSubscription(ctx context.Context, m *SubscriptionMessage) error {
	if err := firstError(checkOpenID("touser", m.ToUser), wechat.CheckGiven("template_id", m.TemplateID)); err != nil {
		return err
	}
	if len(m.Data) == 0 {
		return wechat.BadField("data", "is empty; want {key = value, …} with the keys of the template")
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/message/subscribe/bizsend", Body: m}, nil)
}

// SubscriptionTemplates lists the account's templates for subscription notices.
func (c *Client) SubscriptionTemplates(ctx context.Context) ([]SubscriptionTemplate, error) {
	var got struct {
		Data []SubscriptionTemplate `json:"data"`
	}
	err := c.fetch(ctx, Request{Path: "/wxaapi/newtmpl/gettemplate"}, &got)
	return got.Data, err
}

// AddSubscriptionTemplate takes a public template into the account with 2 to 5 of its keywords.
func (c *Client) AddSubscriptionTemplate(ctx context.Context, tid string, keywords []int64, sceneDesc string) (id string, err error) {
	if err := wechat.CheckGiven("tid", tid); err != nil {
		return "", err
	}
	if n := len(keywords); n < minKeywords || n > maxKeywords {
		return "", wechat.BadField("kidList", fmt.Sprintf("has %d keywords; want %d to %d", n, minKeywords, maxKeywords))
	}
	if n := utf8.RuneCountInString(sceneDesc); n > maxSceneDesc {
		return "", wechat.BadField("sceneDesc", fmt.Sprintf("has %d characters; want at most %d", n, maxSceneDesc))
	}
	var got struct {
		ID string `json:"priTmplId"`
	}
	body := map[string]any{"tid": tid, "kidList": keywords, "sceneDesc": sceneDesc}
	err = c.fetch(ctx, Request{Path: "/wxaapi/newtmpl/addtemplate", Body: body}, &got)
	return got.ID, err
}

// DeleteSubscriptionTemplate takes a template out of the account.
func (c *Client) DeleteSubscriptionTemplate(ctx context.Context, id string) error {
	return c.fetch(ctx, Request{Path: "/wxaapi/newtmpl/deltemplate", Body: map[string]any{"priTmplId": id}}, nil)
}

// Categories lists the categories whose public templates the account may use.
func (c *Client) Categories(ctx context.Context) ([]Category, error) {
	var got struct {
		Data []Category `json:"data"`
	}
	err := c.fetch(ctx, Request{Path: "/wxaapi/newtmpl/getcategory"}, &got)
	return got.Data, err
}

// PublicTemplates lists titles of the public library; ids are categories with commas between, limit is
// at most 30.
func (c *Client) PublicTemplates(ctx context.Context, ids string, start, limit int) ([]PublicTemplate, error) {
	if limit < 1 || limit > maxTitlesLimit {
		return nil, wechat.BadField("limit", fmt.Sprintf("is %d; want 1 to %d", limit, maxTitlesLimit))
	}
	var got struct {
		Data []PublicTemplate `json:"data"`
	}
	query := url.Values{"ids": {ids}, "start": {strconv.Itoa(start)}, "limit": {strconv.Itoa(limit)}}
	err := c.fetch(ctx, Request{Path: "/wxaapi/newtmpl/getpubtemplatetitles", Query: query}, &got)
	return got.Data, err
}

// TemplateKeywords lists the keywords of a public template.
func (c *Client) TemplateKeywords(ctx context.Context, tid string) ([]TemplateKeyword, error) {
	var got struct {
		Data []TemplateKeyword `json:"data"`
	}
	err := c.fetch(ctx, Request{Path: "/wxaapi/newtmpl/getpubtemplatekeywords", Query: url.Values{"tid": {tid}}}, &got)
	return got.Data, err
}
