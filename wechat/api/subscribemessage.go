package api

import (
	"context"

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

// SendSubscription sends a subscription notice; 43101 means that the fan has not agreed.
func (c *Client) SendSubscription(ctx context.Context, m *SubscriptionMessage) error {
	if err := firstError(checkOpenID("touser", m.ToUser), wechat.CheckGiven("template_id", m.TemplateID)); err != nil {
		return err
	}
	if len(m.Data) == 0 {
		return wechat.BadField("data", "is empty; want {key = value, …} with the keys of the template")
	}
	return c.Fetch(ctx, Request{Path: SubscribeSend.Path, Body: m}, nil)
}
