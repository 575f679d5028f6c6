package api

import (
	"context"
	"fmt"
	"net/url"

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

// Sizes of uploads in bytes (wechat-protocol §6.10).
const (
	maxImage      = 10 << 20
	maxVoice      = 2 << 20
	maxVideo      = 10 << 20
	maxThumb      = 64 << 10
	maxInlineJPEG = 1 << 20
)

// UploadMedia uploads a temporary file of a kind: image, voice, video or thumb. The file name's
// extension must tell the type; 100,000 uploads a day.
func (c *Client) UploadMedia(ctx context.Context, kind, filename string, data []byte) (Media, error) {
	if err := checkMedia(kind, filename, data); err != nil {
		return Media{}, err
	}
	var got struct {
		Type      string `json:"type"`
		MediaID   string `json:"media_id"`
		ThumbID   string `json:"thumb_media_id"`
		CreatedAt int64  `json:"created_at"`
	}
	err := c.fetch(ctx, Request{
		Path: "/cgi-bin/media/upload", Query: url.Values{"type": {kind}}, Upload: &Upload{Filename: filename, Data: data},
	}, &got)
	if got.MediaID == "" {
		got.MediaID = got.ThumbID
	}
	return Media{got.Type, got.MediaID, got.CreatedAt}, err
}

func checkMedia(kind, filename string, data []byte) error {
	limit := 0
	switch kind {
	case "image":
		limit = maxImage
	case "voice":
		limit = maxVoice
	case "video":
		limit = maxVideo
	case "thumb":
		limit = maxThumb
	default:
		return wechat.BadField("type", fmt.Sprintf("%q is unknown; want image, voice, video or thumb", kind))
	}
	return checkFile(filename, data, limit)
}

func checkFile(filename string, data []byte, limit int) error {
	switch {
	case contentTypeOf(filename) == "application/octet-stream":
		return wechat.BadField("filename", fmt.Sprintf("%q does not tell the type; want an extension like .jpg, .png, .mp3, .amr or .mp4", filename))
	case len(data) == 0:
		return wechat.BadField("file", "is empty")
	case len(data) > limit:
		return wechat.BadField("file", fmt.Sprintf("has %d bytes; want at most %d", len(data), limit))
	}
	return nil
}

// DownloadMedia fetches a temporary media file of at most 4 MiB.
func (c *Client) DownloadMedia(ctx context.Context, mediaID string) (File, error) {
	if err := wechat.CheckGiven("media_id", mediaID); err != nil {
		return File{}, err
	}
	answer, err := c.call(ctx, Request{Path: "/cgi-bin/media/get", Query: url.Values{"media_id": {mediaID}}, Download: true})
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

// UploadImage uploads a JPG or PNG of up to 1 MB for use inside articles and returns its address.
func (c *Client) UploadImage(ctx context.Context, filename string, data []byte) (link string, err error) {
	if err := checkFile(filename, data, maxInlineJPEG); err != nil {
		return "", err
	}
	var got struct {
		URL string `json:"url"`
	}
	err = c.fetch(ctx, Request{Path: "/cgi-bin/media/uploadimg", Upload: &Upload{Filename: filename, Data: data}}, &got)
	return got.URL, err
}
