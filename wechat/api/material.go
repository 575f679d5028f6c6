package api

import (
	"context"
	"net/url"
	"path"
	"strings"
)

// AddMaterial uploads a permanent file of a kind that MaterialKind gives (wechat-protocol §6.11). A video is shown under
// the name of its file.
func (c *Client) AddMaterial(ctx context.Context, kind, filename string, data []byte) (mediaID string, err error) {
	if err := checkUpload(kind, filename, data); err != nil {
		return "", err
	}
	kind = strings.TrimPrefix(kind, materialKind)
	form := &Upload{Filename: filename, Data: data}
	if kind == "video" {
		about, err := EncodeJSON(map[string]string{"title": strings.TrimSuffix(path.Base(filename), path.Ext(filename)), "introduction": ""})
		if err != nil {
			return "", err
		}
		form.Description = string(about)
	}
	var got struct {
		MediaID string `json:"media_id"`
	}
	err = c.Fetch(ctx, Request{Path: MaterialAdd.Path, Query: url.Values{"type": {kind}}, Upload: form}, &got)
	return got.MediaID, err
}
