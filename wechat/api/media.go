package api

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"moonwire/wechat"
)

// Media is an uploaded temporary media file; it lives 3 days.
type Media struct {
	Type      string
	MediaID   string
	CreatedAt int64 // Unix seconds
}

// File is a downloaded media file. A video has VideoURL and no Data: it is fetched from there.
type File struct {
	Name        string
	ContentType string
	Data        []byte
	VideoURL    string
}

// mediaRule is what WeChat takes of one kind of temporary media (wechat-protocol §6.10).
type mediaRule struct {
	size    int64 // bytes
	shown   string
	formats []string // extensions of the file's name
}

func mediaRuleOf(kind string) (r mediaRule, known bool) {
	switch kind {
	case "image":
		return mediaRule{10 << 20, "10 MB", []string{".png", ".jpg", ".jpeg", ".gif"}}, true
	case "voice":
		return mediaRule{2 << 20, "2 MB (60 seconds)", []string{".amr", ".mp3"}}, true
	case "video":
		return mediaRule{10 << 20, "10 MB", []string{".mp4"}}, true
	case "thumb":
		return mediaRule{64 << 10, "64 KB", []string{".jpg", ".jpeg"}}, true
	}
	return mediaRule{}, false
}

// MediaLife is how long WeChat keeps temporary media (wechat-protocol §6.10).
const MediaLife = 3 * 24 * time.Hour

// UploadMedia uploads a temporary file of a kind: image, voice, video or thumb. The file name's
// extension must tell the type; 100,000 uploads a day.
func (c *Client) UploadMedia(ctx context.Context, kind, filename string, data []byte) (Media, error) {
	if err := checkUpload(kind, filename, data); err != nil {
		return Media{}, err
	}
	var got struct {
		Type      string `json:"type"`
		MediaID   string `json:"media_id"`
		ThumbID   string `json:"thumb_media_id"`
		CreatedAt int64  `json:"created_at"`
	}
	err := c.Fetch(ctx, Request{
		Path: MediaUpload.Path, Query: url.Values{"type": {kind}}, Upload: &Upload{Filename: filename, Data: data},
	}, &got)
	if got.MediaID == "" {
		got.MediaID = got.ThumbID
	}
	return Media{got.Type, got.MediaID, got.CreatedAt}, err
}

// CheckMedia reports, as a *wechat.FieldError, why WeChat would not take a file of that name and size as a kind of
// media: image, voice, video or thumb.
func CheckMedia(kind, filename string, size int64) error {
	r, known := mediaRuleOf(kind)
	switch {
	case !known:
		return wechat.BadField("type", fmt.Sprintf("%q is unknown; want image, voice, video or thumb", kind))
	case !slices.Contains(r.formats, strings.ToLower(path.Ext(filename))):
		return wechat.BadField("filename", fmt.Sprintf("%q is no such file by its name; %s", filename, r.want(kind)))
	}
	return checkSize(r, kind, size)
}

func (r mediaRule) want(kind string) string {
	return fmt.Sprintf("as %s WeChat takes %s of at most %s", kind, strings.Join(r.formats, ", "), r.shown)
}

func checkSize(r mediaRule, kind string, size int64) error {
	switch {
	case size == 0:
		return wechat.BadField("file", "is empty; "+r.want(kind))
	case size > r.size:
		return wechat.BadField("file", fmt.Sprintf("has %d bytes; %s", size, r.want(kind)))
	}
	return nil
}

// checkUpload leaves it to WeChat which formats it takes, as long as the name tells one.
func checkUpload(kind, filename string, data []byte) error {
	r, known := mediaRuleOf(kind)
	switch {
	case !known:
		return CheckMedia(kind, filename, 0)
	case contentTypeOf(filename) == "application/octet-stream":
		return wechat.BadField("filename", fmt.Sprintf("%q does not tell the type; %s", filename, r.want(kind)))
	}
	return checkSize(r, kind, int64(len(data)))
}

// DownloadMedia fetches a temporary media file of at most 4 MiB.
func (c *Client) DownloadMedia(ctx context.Context, mediaID string) (File, error) {
	if err := wechat.CheckGiven("media_id", mediaID); err != nil {
		return File{}, err
	}
	answer, err := c.Call(ctx, Request{Path: MediaGet.Path, Query: url.Values{"media_id": {mediaID}}, Download: true})
	if err != nil {
		return File{}, err
	}
	var video struct {
		URL  string `json:"video_url"`
		Down string `json:"down_url"`
	}
	if answer.JSON != nil && answer.Decode(&video) == nil && video.URL+video.Down != "" {
		return File{ContentType: "video/mp4", VideoURL: video.URL + video.Down}, nil
	}
	return File{Name: answer.Filename, ContentType: answer.ContentType, Data: answer.Body}, nil
}
