package api

import (
	"context"

	"moonwire/wechat"
)

// Quota is today's use of one API.
type Quota struct {
	DailyLimit int64 `json:"daily_limit"`
	Used       int64 `json:"used"`
	Remain     int64 `json:"remain"`
}

// Quota asks how much of an API's daily quota is used; path is like "/cgi-bin/message/custom/send".
func (c *Client) Quota(ctx context.Context, path string) (Quota, error) {
	if err := checkPath(path); err != nil {
		return Quota{}, err
	}
	var got struct {
		Quota Quota `json:"quota"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/openapi/quota/get", Body: map[string]any{"cgi_path": path}}, &got)
	return got.Quota, err
}

// ClearQuota sets all of today's counters to zero, 10 times a month at most. Only a person should
// decide on it. APIs that rested because of their quota may be called again.
func (c *Client) ClearQuota(ctx context.Context) error {
	return c.fetch(ctx, Request{Path: "/cgi-bin/clear_quota", Body: map[string]any{"appid": c.appID}}, nil)
}

// RidReport is what the platform remembers of one call, for 7 days.
type RidReport struct {
	// InvokeTime is in Unix seconds.
	InvokeTime   int64  `json:"invoke_time"`
	CostMS       int64  `json:"cost_in_ms"`
	RequestURL   string `json:"request_url"`
	RequestBody  string `json:"request_body"`
	ResponseBody string `json:"response_body"`
	ClientIP     string `json:"client_ip"`
}

// Rid asks what became of the call that an *APIError names by its Rid; tokens in it are masked.
func (c *Client) Rid(ctx context.Context, rid string) (RidReport, error) {
	if err := wechat.CheckGiven("rid", rid); err != nil {
		return RidReport{}, err
	}
	var got struct {
		Request RidReport `json:"request"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/openapi/rid/get", Body: map[string]any{"rid": rid}}, &got)
	return got.Request, err
}

// CallbackIPs lists the addresses that pushes come from; they change, ask daily. Entries may be CIDR.
func (c *Client) CallbackIPs(ctx context.Context) ([]string, error) {
	var got struct {
		List []string `json:"ip_list"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/getcallbackip"}, &got)
	return got.List, err
}
