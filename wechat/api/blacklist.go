package api

import (
	"context"
	"iter"
)

// Blacklist walks over the fans that the account has blocked, 10,000 a page.
func (c *Client) Blacklist(ctx context.Context) iter.Seq2[string, error] {
	return eachOpenID(func(next string) (Page, error) {
		return c.page(ctx, Request{Path: "/cgi-bin/tags/members/getblacklist", Body: map[string]any{"begin_openid": next}})
	})
}

// Block puts fans on the blacklist, 20 a call.
func (c *Client) Block(ctx context.Context, openids []string) error {
	return c.blacklist(ctx, "/cgi-bin/tags/members/batchblacklist", openids)
}

// Unblock takes fans off the blacklist, 20 a call.
func (c *Client) Unblock(ctx context.Context, openids []string) error {
	return c.blacklist(ctx, "/cgi-bin/tags/members/batchunblacklist", openids)
}

func (c *Client) blacklist(ctx context.Context, path string, openids []string) error {
	return inBatches(openids, blacklistBatch, func(batch []string) error {
		return c.fetch(ctx, Request{Path: path, Body: map[string]any{"openid_list": batch}}, nil)
	})
}
