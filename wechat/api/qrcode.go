package api

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"moonwire/wechat"
)

// QRCode describes a parametric QR code (带参数二维码): one of SceneID and SceneStr.
type QRCode struct {
	// SceneID is a non-zero 32-bit number, up to 100,000 for a permanent code.
	SceneID uint32
	// SceneStr has 1 to 64 characters.
	SceneStr string
	// Life of a temporary code, up to 30 days; 0 leaves the platform's default of half a minute or one.
	Life time.Duration
	// Permanent codes never end; an account has 100,000.
	Permanent bool
}

// QRTicket is a made code; Pages.ShowQRCode has its picture.
type QRTicket struct {
	Ticket string `json:"ticket"`
	// ExpireSeconds is 0 for a permanent code.
	ExpireSeconds int64 `json:"expire_seconds"`
	// URL is the content of the code, to draw it oneself.
	URL string `json:"url"`
}

// Limits of wechat-protocol §6.8.
const (
	maxQRLife        = 30 * 24 * time.Hour
	maxPermanentID   = 100_000
	maxSceneStrRunes = 64
)

// Check reports what WeChat would refuse (40053).
func (q *QRCode) Check() error {
	n := utf8.RuneCountInString(q.SceneStr)
	switch {
	case (q.SceneID == 0) == (n == 0):
		return wechat.BadField("scene", "want either a number from 1 or a string of 1 to 64 characters")
	case n > maxSceneStrRunes:
		return wechat.BadField("scene", fmt.Sprintf("has %d characters; want at most %d", n, maxSceneStrRunes))
	case q.Permanent && q.SceneID > maxPermanentID:
		return wechat.BadField("scene", fmt.Sprintf("is %d; want at most %d for a permanent code", q.SceneID, maxPermanentID))
	case q.Permanent && q.Life != 0:
		return wechat.BadField("expire_seconds", "does not go with a permanent code")
	case q.Life < 0 || q.Life > maxQRLife:
		return wechat.BadField("expire_seconds", fmt.Sprintf("is %d; want 1 to %d (30 days)", int64(q.Life/time.Second), int64(maxQRLife/time.Second)))
	}
	return nil
}

// CreateQRCode makes a code (100,000 a day).
func (c *Client) CreateQRCode(ctx context.Context, q QRCode) (QRTicket, error) {
	if err := q.Check(); err != nil {
		return QRTicket{}, err
	}
	name, scene := "QR_SCENE", map[string]any{"scene_id": q.SceneID}
	if q.SceneStr != "" {
		name, scene = "QR_STR_SCENE", map[string]any{"scene_str": q.SceneStr}
	}
	if q.Permanent {
		name = "QR_LIMIT_" + name[len("QR_"):]
	}
	body := map[string]any{"action_name": name, "action_info": map[string]any{"scene": scene}}
	if q.Life > 0 {
		body["expire_seconds"] = max(1, int64(q.Life/time.Second))
	}
	var got QRTicket
	err := c.fetch(ctx, Request{Path: "/cgi-bin/qrcode/create", Body: body}, &got)
	return got, err
}
