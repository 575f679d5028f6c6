package api

import (
	"context"
	"fmt"
	"time"

	"moonwire/wechat"
)

// ShortData is what a short key stands for.
type ShortData struct {
	LongData   string `json:"long_data"`
	CreateTime int64  `json:"create_time"`
	// ExpireSeconds is what remains of its life.
	ExpireSeconds int64 `json:"expire_seconds"`
}

// Limits of wechat-protocol §6.9.
const (
	maxLongData  = 4 << 10
	maxShortLife = 30 * 24 * time.Hour
)

// ShortKey stores up to 4 KB behind a key of 15 letters and digits, for up to 30 days (0 = 30 days).
func (c *Client) ShortKey(ctx context.Context, longData string, life time.Duration) (key string, err error) {
	if life == 0 {
		life = maxShortLife
	}
	switch {
	case longData == "" || len(longData) > maxLongData:
		return "", wechat.BadField("long_data", fmt.Sprintf("has %d bytes; want 1 to %d", len(longData), maxLongData))
	case life < time.Second || life > maxShortLife:
		return "", wechat.BadField("expire_seconds", "want 1 to 2592000 (30 days)")
	}
	body := map[string]any{"long_data": longData, "expire_seconds": int64(life / time.Second)}
	var got struct {
		Key string `json:"short_key"`
	}
	err = c.fetch(ctx, Request{Path: "/cgi-bin/shorten/gen", Body: body}, &got)
	return got.Key, err
}

// FetchShort asks for what a short key stands for.
func (c *Client) FetchShort(ctx context.Context, key string) (ShortData, error) {
	if err := wechat.CheckGiven("short_key", key); err != nil {
		return ShortData{}, err
	}
	var got ShortData
	err := c.fetch(ctx, Request{Path: "/cgi-bin/shorten/fetch", Body: map[string]any{"short_key": key}}, &got)
	return got, err
}
