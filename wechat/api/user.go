package api

import (
	"context"
	"fmt"
	"net/url"
	"unicode/utf8"

	"moonwire/wechat"
)

// Most fans that one call takes (wechat-protocol §6.3).
const (
	tagBatch       = 50
	blacklistBatch = 20
	maxRemark      = 29
)

// InfoOf asks for one fan.
func InfoOf(openid string) Request {
	return Request{Path: UserInfo.Path, Query: url.Values{"openid": {openid}, "lang": {"zh_CN"}}}
}

// SetRemark sets the account's own name for a fan: up to 29 characters, "" removes it.
func (c *Client) SetRemark(ctx context.Context, openid, remark string) error {
	if err := checkOpenID("openid", openid); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(remark); n > maxRemark {
		return wechat.BadField("remark", fmt.Sprintf("has %d characters; want at most %d", n, maxRemark))
	}
	return c.Fetch(ctx, Request{Path: UserRemark.Path, Body: map[string]any{"openid": openid, "remark": remark}}, nil)
}

// Block puts fans on the blacklist, 20 a call.
func (c *Client) Block(ctx context.Context, openids []string) error {
	return c.blacklist(ctx, BlacklistAdd, openids)
}

// Unblock takes fans off the blacklist, 20 a call.
func (c *Client) Unblock(ctx context.Context, openids []string) error {
	return c.blacklist(ctx, BlacklistRemove, openids)
}

func (c *Client) blacklist(ctx context.Context, e Endpoint, openids []string) error {
	return inBatches(openids, blacklistBatch, func(batch []string) error {
		return c.Fetch(ctx, Request{Path: e.Path, Body: map[string]any{"openid_list": batch}}, nil)
	})
}

// inBatches calls do with at most size entries at a time and stops at the first error.
func inBatches(all []string, size int, do func([]string) error) error {
	for len(all) > 0 {
		n := min(size, len(all))
		if err := do(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func checkOpenID(field, openid string) error {
	if openid == "" {
		return wechat.BadField(field, "missing; want the fan's openid")
	}
	return nil
}
