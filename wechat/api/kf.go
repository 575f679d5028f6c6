package api

import (
	"context"
	"fmt"
	"net/url"
	"unicode/utf8"

	"moonwire/wechat"
)

// KfAccount is a human customer-service agent (客服账号).
type KfAccount struct {
	// Account is name@account: up to 10 letters and digits before the @.
	Account          string `json:"kf_account"`
	Nick             string `json:"kf_nick"`
	ID               string `json:"kf_id"`
	HeadImgURL       string `json:"kf_headimgurl"`
	WX               string `json:"kf_wx"`
	InviteWX         string `json:"invite_wx"`
	InviteExpireTime int64  `json:"invite_expire_time"`
	InviteStatus     string `json:"invite_status"`
}

// OnlineKf is an agent who is online; Status 1 is the web client.
type OnlineKf struct {
	Account      string `json:"kf_account"`
	Status       int64  `json:"status"`
	ID           string `json:"kf_id"`
	AcceptedCase int64  `json:"accepted_case"`
}

// KfSession is a talk between a fan and an agent; Account is "" when there is none.
type KfSession struct {
	Account    string `json:"kf_account"`
	OpenID     string `json:"openid"`
	CreateTime int64  `json:"createtime"`
}

// WaitingFan is a fan who waits for an agent; LatestTime is the fan's last message in Unix seconds.
type WaitingFan struct {
	OpenID     string `json:"openid"`
	LatestTime int64  `json:"latest_time"`
}

const maxKfNick = 16

// KfAccounts lists all agents (100 at most).
func (c *Client) KfAccounts(ctx context.Context) ([]KfAccount, error) {
	var got struct {
		List []KfAccount `json:"kf_list"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/customservice/getkflist"}, &got)
	return got.List, err
}

// OnlineKf lists the agents who are online.
func (c *Client) OnlineKf(ctx context.Context) ([]OnlineKf, error) {
	var got struct {
		List []OnlineKf `json:"kf_online_list"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/customservice/getonlinekflist"}, &got)
	return got.List, err
}

// AddKf makes an agent with a nickname of up to 16 characters.
func (c *Client) AddKf(ctx context.Context, account, nickname string) error {
	return c.writeKf(ctx, "add", account, nickname)
}

// UpdateKf changes an agent's nickname.
func (c *Client) UpdateKf(ctx context.Context, account, nickname string) error {
	return c.writeKf(ctx, "update", account, nickname)
}

func (c *Client) writeKf(ctx context.Context, verb, account, nickname string) error {
	if err := firstError(wechat.CheckGiven("kf_account", account), wechat.CheckAgent(account), wechat.CheckGiven("nickname", nickname)); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(nickname); n > maxKfNick {
		return wechat.BadField("nickname", fmt.Sprintf("has %d characters; want at most %d", n, maxKfNick))
	}
	return c.kf(ctx, "kfaccount/"+verb, map[string]any{"kf_account": account, "nickname": nickname})
}

// DeleteKf removes an agent.
func (c *Client) DeleteKf(ctx context.Context, account string) error {
	return c.kf(ctx, "kfaccount/del", map[string]any{"kf_account": account})
}

// InviteKf invites a WeChat user to be that agent; the invitation is valid for 24 h.
func (c *Client) InviteKf(ctx context.Context, account, wx string) error {
	return c.kf(ctx, "kfaccount/inviteworker", map[string]any{"kf_account": account, "invite_wx": wx})
}

// UploadKfAvatar sets an agent's picture; a JPG of 640 × 640 is advised.
func (c *Client) UploadKfAvatar(ctx context.Context, account, filename string, data []byte) error {
	if err := checkFile(filename, data, maxImage); err != nil {
		return err
	}
	return c.fetch(ctx, Request{
		Path: "/customservice/kfaccount/uploadheadimg", Query: url.Values{"kf_account": {account}},
		Upload: &Upload{Filename: filename, Data: data},
	}, nil)
}

// OpenKfSession hands a fan to an agent.
func (c *Client) OpenKfSession(ctx context.Context, account, openid string) error {
	return c.kf(ctx, "kfsession/create", map[string]any{"kf_account": account, "openid": openid})
}

// CloseKfSession ends the talk; the fan's messages reach the bot again.
func (c *Client) CloseKfSession(ctx context.Context, account, openid string) error {
	return c.kf(ctx, "kfsession/close", map[string]any{"kf_account": account, "openid": openid})
}

// KfSession asks which agent a fan talks to.
func (c *Client) KfSession(ctx context.Context, openid string) (KfSession, error) {
	got := KfSession{}
	err := c.fetch(ctx, Request{Path: "/customservice/kfsession/getsession", Query: url.Values{"openid": {openid}}}, &got)
	got.OpenID = openid
	return got, err
}

// KfSessions lists the talks of one agent.
func (c *Client) KfSessions(ctx context.Context, account string) ([]KfSession, error) {
	var got struct {
		List []KfSession `json:"sessionlist"`
	}
	err := c.fetch(ctx, Request{Path: "/customservice/kfsession/getsessionlist", Query: url.Values{"kf_account": {account}}}, &got)
	for i := range got.List {
		got.List[i].Account = account
	}
	return got.List, err
}

// WaitingFans lists up to 100 fans who wait for an agent, by arrival.
func (c *Client) WaitingFans(ctx context.Context) ([]WaitingFan, error) {
	var got struct {
		List []WaitingFan `json:"waitcaselist"`
	}
	err := c.fetch(ctx, Request{Path: "/customservice/kfsession/getwaitcase"}, &got)
	return got.List, err
}

// kf posts to /customservice/, where all of it lives except the lists of agents (protocol §11.13).
func (c *Client) kf(ctx context.Context, path string, body map[string]any) error {
	return c.fetch(ctx, Request{Path: "/customservice/" + path, Body: body}, nil)
}
