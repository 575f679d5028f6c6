package api

import (
	"context"
	"net/url"
	"time"

	"moonwire/wechat"
)

// Media is an uploaded temporary media file; it lives 3 days.
type Media struct {
	Type      string
	MediaID   string
	CreatedAt int64 // Unix seconds
}

// MediaLife is how long WeChat keeps temporary media (wechat-protocol §6.10).
const MediaLife = 3 * 24 * time.Hour

// UploadMedia uploads a temporary file of a kind: image, voice, video or thumb. The file name's
// extension must tell the type; 100,000 uploads a day.
func (c *Client) UploadMedia(ctx context.Context, kind, filename string, data []byte) (Media, error) {
	if !temporary(kind) {
		return Media{}, unknownMedia(kind)
	}
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

// UploadPicture uploads a picture of an article and gives its address, which lasts (wechat-protocol §6.10).
func (c *Client) UploadPicture(ctx context.Context, filename string, data []byte) (address string, err error) {
	if err := checkUpload(Picture, filename, data); err != nil {
		return "", err
	}
	var got struct {
		URL string `json:"url"`
	}
	err = c.Fetch(ctx, Request{Path: MediaUploadPicture.Path, Upload: &Upload{Filename: filename, Data: data}}, &got)
	return got.URL, err
}

// MassVideo makes an uploaded temporary video ready for a mass message (wechat-protocol §6.7).
func (c *Client) MassVideo(ctx context.Context, mediaID, title, description string) (massID string, err error) {
	if err := wechat.CheckGiven("media_id", mediaID); err != nil {
		return "", err
	}
	var got struct {
		MediaID string `json:"media_id"`
	}
	err = c.Fetch(ctx, Request{Path: MediaUploadVideo.Path, Body: map[string]string{"media_id": mediaID, "title": title, "description": description}}, &got)
	return got.MediaID, err
}

// File is a downloaded media file. A video has VideoURL and no Data: it is fetched from there.
type File struct {
	Name        string
	ContentType string
	Data        []byte
	VideoURL    string
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
