package api

import (
	"context"
	"fmt"
	"iter"
	"unicode/utf8"

	"moonwire/wechat"
)

// Tag is a label that the account gives to fans: at most 100 tags, 20 per fan. The ids 0, 1 (the
// blacklist) and 2 (starred) are the platform's own.
type Tag struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count,omitempty"`
}

// maxTagName is in characters; the documents waver between characters and bytes, so the platform has
// the last word (45158).
const maxTagName = 30

// Tags lists all tags with the number of their fans.
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	var got struct {
		Tags []Tag `json:"tags"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/tags/get"}, &got)
	return got.Tags, err
}

// CreateTag makes a tag.
func (c *Client) CreateTag(ctx context.Context, name string) (Tag, error) {
	if err := checkTagName(name); err != nil {
		return Tag{}, err
	}
	var got struct {
		Tag Tag `json:"tag"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/tags/create", Body: map[string]any{"tag": map[string]any{"name": name}}}, &got)
	return got.Tag, err
}

// RenameTag changes a tag's name.
func (c *Client) RenameTag(ctx context.Context, id int64, name string) error {
	if err := checkTagName(name); err != nil {
		return err
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/tags/update", Body: map[string]any{"tag": map[string]any{"id": id, "name": name}}}, nil)
}

// DeleteTag deletes a tag that has no more than 100,000 fans.
func (c *Client) DeleteTag(ctx context.Context, id int64) error {
	return c.fetch(ctx, Request{Path: "/cgi-bin/tags/delete", Body: map[string]any{"tag": map[string]any{"id": id}}}, nil)
}

// TagMembers walks over the fans that have a tag.
func (c *Client) TagMembers(ctx context.Context, id int64) iter.Seq2[string, error] {
	return eachOpenID(func(next string) (Page, error) {
		return c.page(ctx, Request{Path: "/cgi-bin/user/tag/get", Body: map[string]any{"tagid": id, "next_openid": next}})
	})
}

// TagUsers gives a tag to fans, 50 a call.
func (c *Client) TagUsers(ctx context.Context, id int64, openids []string) error {
	return c.tagBatches(ctx, "/cgi-bin/tags/members/batchtagging", id, openids)
}

// UntagUsers takes a tag off fans, 50 a call.
func (c *Client) UntagUsers(ctx context.Context, id int64, openids []string) error {
	return c.tagBatches(ctx, "/cgi-bin/tags/members/batchuntagging", id, openids)
}

func (c *Client) tagBatches(ctx context.Context, path string, id int64, openids []string) error {
	return inBatches(openids, tagBatch, func(batch []string) error {
		return c.fetch(ctx, Request{Path: path, Body: map[string]any{"openid_list": batch, "tagid": id}}, nil)
	})
}

// TagsOf lists the ids of a fan's tags.
func (c *Client) TagsOf(ctx context.Context, openid string) ([]int64, error) {
	if err := checkOpenID("openid", openid); err != nil {
		return nil, err
	}
	var got struct {
		IDs []int64 `json:"tagid_list"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/tags/getidlist", Body: map[string]any{"openid": openid}}, &got)
	return got.IDs, err
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
