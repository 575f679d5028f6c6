package api

import (
	"context"
	"net/url"

	"moonwire/wechat"
)

// Material is an uploaded permanent file; URL is given for images.
type Material struct {
	MediaID string `json:"media_id"`
	URL     string `json:"url"`
}

// VideoText is what a permanent video is shown with.
type VideoText struct {
	Title        string `json:"title"`
	Introduction string `json:"introduction"`
}

// AddMaterial uploads a permanent file of a kind: image, voice, video (with its text) or thumb. An
// account holds 100,000 images, 1,000 voices and 1,000 videos.
func (c *Client) AddMaterial(ctx context.Context, kind, filename string, data []byte, text *VideoText) (Material, error) {
	if err := checkMedia(kind, filename, data); err != nil {
		return Material{}, err
	}
	upload := &Upload{Filename: filename, Data: data}
	if kind == "video" {
		if text == nil {
			return Material{}, wechat.BadField("description", "missing; a permanent video needs a title and an introduction")
		}
		description, err := EncodeJSON(text)
		if err != nil {
			return Material{}, err
		}
		upload.Fields = map[string]string{"description": string(description)}
	}
	var got Material
	err := c.fetch(ctx, Request{Path: "/cgi-bin/material/add_material", Query: url.Values{"type": {kind}}, Upload: upload}, &got)
	return got, err
}

// DeleteMaterial deletes a permanent file; 48005 when a menu or an automatic reply uses it.
func (c *Client) DeleteMaterial(ctx context.Context, mediaID string) error {
	if err := wechat.CheckGiven("media_id", mediaID); err != nil {
		return err
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/material/del_material", Body: map[string]any{"media_id": mediaID}}, nil)
}
