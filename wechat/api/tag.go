package api

import (
	"context"
	"fmt"
	"unicode/utf8"

	"moonwire/wechat"
)

// Tag is a label that the account gives to fans: at most 100 tags, 20 per fan. The ids 0, 1 (the
// blacklist) and 2 (starred) are the platform's own.
type Tag struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// maxTagName is in characters; the documents waver between characters and bytes, so the platform has
// the last word (45158).
const maxTagName = 30

// CreateTag makes a tag with a new name of up to 30 characters.
func (c *Client) CreateTag(ctx context.Context, name string) (Tag, error) {
	if err := checkTagName(name); err != nil {
		return Tag{}, err
	}
	var got struct {
		Tag Tag `json:"tag"`
	}
	err := c.Fetch(ctx, Request{Path: TagCreate.Path, Body: map[string]any{"tag": map[string]any{"name": name}}}, &got)
	return got.Tag, err
}

// RenameTag checks the name as CreateTag does.
func (c *Client) RenameTag(ctx context.Context, id int64, name string) error {
	if err := checkTagName(name); err != nil {
		return err
	}
	return c.Fetch(ctx, Request{Path: TagRename.Path, Body: map[string]any{"tag": map[string]any{"id": id, "name": name}}}, nil)
}

// TagUsers gives a tag to fans, 50 a call.
func (c *Client) TagUsers(ctx context.Context, id int64, openids []string) error {
	return c.tagBatches(ctx, TagAdd, id, openids)
}

// UntagUsers takes a tag off fans, 50 a call.
func (c *Client) UntagUsers(ctx context.Context, id int64, openids []string) error {
	return c.tagBatches(ctx, TagRemove, id, openids)
}

func (c *Client) tagBatches(ctx context.Context, e Endpoint, id int64, openids []string) error {
	return inBatches(openids, tagBatch, func(batch []string) error {
		return c.Fetch(ctx, Request{Path: e.Path, Body: map[string]any{"openid_list": batch, "tagid": id}}, nil)
	})
}

func checkTagName(name string) error {
	if err := wechat.CheckGiven("name", name); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(name); n > maxTagName {
		return wechat.BadField("name", fmt.Sprintf("has %d characters; want at most %d", n, maxTagName))
	}
	return nil
}
