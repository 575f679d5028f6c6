package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"moonwire/wechat"
)

// Mass is one mass message (群发). It goes to all fans, to those with a tag, or to listed openids
// (service accounts). A subscription account has one a day; a fan of a service account gets at most
// four a month.
type Mass struct {
	ToAll   bool
	TagID   int64    // used when ToAll is false and there are no OpenIDs
	OpenIDs []string // 2 to 10,000
	// MsgType is text, image, voice, mpvideo, mpnews or wxcard.
	MsgType string
	// Content is of text.
	Content string
	// MediaID is of voice, mpvideo, mpnews (a draft), and of a single image.
	MediaID string
	// MediaIDs are of image, instead of MediaID; Recommend is the text above them.
	MediaIDs  []string
	Recommend string
	// Title and Description are of mpvideo.
	Title, Description string
	// CardID is of wxcard.
	CardID string
	// SendIgnoreReprint sends an article although it was judged a reprint.
	SendIgnoreReprint bool
	// ClientMsgID lets the platform know a repeat; up to 64 bytes.
	ClientMsgID string
}

// MassSent is what the platform says of an accepted mass message.
type MassSent struct {
	MsgID string `json:"msg_id"`
	// MsgDataID is given for articles.
	MsgDataID string `json:"msg_data_id"`
}

// MassSpeed is how fast mass messages go out: Speed 0 (800,000 a minute) to 4 (100,000), RealSpeed in
// 10,000 a minute.
type MassSpeed struct {
	Speed     int64 `json:"speed"`
	RealSpeed int64 `json:"realspeed"`
}

// Limits of wechat-protocol §6.7.
const (
	minMassOpenIDs  = 2
	maxMassOpenIDs  = 10_000
	maxClientMassID = 64
	maxMassSpeed    = 4
)

// clientMsgIDUsed is the errcode of a mass message whose clientmsgid was sent before; the answer has its msg_id.
const clientMsgIDUsed = 45065

// Check reports the first field that WeChat would refuse.
func (m *Mass) Check() error {
	if err := m.checkReceivers(); err != nil {
		return err
	}
	if n := len(m.ClientMsgID); n > maxClientMassID {
		return wechat.BadField("clientmsgid", fmt.Sprintf("has %d bytes; want at most %d", n, maxClientMassID))
	}
	_, err := m.content()
	return err
}

// checkReceivers wants exactly one of all fans, a tag and a list of openids, each of them once.
func (m *Mass) checkReceivers() error {
	if m.ToAll && m.TagID != 0 {
		return wechat.BadField("filter", "names everybody (is_to_all) and a tag (tag_id); want one of the two")
	}
	if len(m.OpenIDs) == 0 {
		if !m.ToAll && m.TagID == 0 {
			return wechat.BadField("touser", "nobody is addressed; want is_to_all, tag_id or a list of openids")
		}
		return nil
	}
	if m.ToAll || m.TagID != 0 {
		return wechat.BadField("touser", "stands beside filter; want one of the two: all fans or those with a tag, or a list of openids")
	}
	if n := len(m.OpenIDs); n < minMassOpenIDs || n > maxMassOpenIDs {
		return wechat.BadField("touser", fmt.Sprintf("has %d openids; want %d to %d", n, minMassOpenIDs, maxMassOpenIDs))
	}
	seen := make(map[string]int, len(m.OpenIDs))
	for i, openid := range m.OpenIDs {
		if first, twice := seen[openid]; twice {
			return wechat.BadField("touser", fmt.Sprintf("item %d is the same openid as item %d; want each once", i+1, first))
		}
		seen[openid] = i + 1
	}
	return nil
}

// content is the msgtype and its object.
func (m *Mass) content() (map[string]any, error) {
	body := map[string]any{"msgtype": m.MsgType}
	var err error
	switch m.MsgType {
	case "text":
		err = wechat.CheckGiven("content", m.Content)
		body["text"] = map[string]any{"content": wechat.Clean(m.Content)}
	case "voice", "mpnews":
		err = wechat.CheckGiven("media_id", m.MediaID)
		body[m.MsgType] = map[string]any{"media_id": m.MediaID}
	case "image":
		ids := m.MediaIDs
		if len(ids) == 0 {
			err = wechat.CheckGiven("media_id", m.MediaID)
			ids = []string{m.MediaID}
		}
		body["images"] = map[string]any{"media_ids": ids, "recommend": m.Recommend}
	case "mpvideo":
		err = wechat.CheckGiven("media_id", m.MediaID)
		body["mpvideo"] = map[string]any{"media_id": m.MediaID, "title": m.Title, "description": m.Description}
	case "wxcard":
		err = wechat.CheckGiven("card_id", m.CardID)
		body["wxcard"] = map[string]any{"card_id": m.CardID}
	default:
		err = wechat.BadField("msgtype", fmt.Sprintf("%q is unknown; want text, image, voice, mpvideo, mpnews or wxcard", m.MsgType))
	}
	return body, err
}

// SendMass sends a mass message (100 calls a day). The outcome comes later as the event
// MASSSENDJOBFINISH. A ClientMsgID that went out before is refused with 45065 and the earlier MsgID; when
// it went out by an earlier try of this very call, the message is sent and so is that.
func (c *Client) SendMass(ctx context.Context, m *Mass) (MassSent, error) {
	if err := m.Check(); err != nil {
		return MassSent{}, err
	}
	body, err := m.content()
	if err != nil {
		return MassSent{}, err
	}
	path := "/cgi-bin/message/mass/sendall"
	switch {
	case len(m.OpenIDs) > 0:
		path = "/cgi-bin/message/mass/send"
		body["touser"] = m.OpenIDs
	case m.ToAll:
		body["filter"] = map[string]any{"is_to_all": true}
	default:
		body["filter"] = map[string]any{"is_to_all": false, "tag_id": m.TagID}
	}
	if m.SendIgnoreReprint {
		body["send_ignore_reprint"] = 1
	}
	if m.ClientMsgID != "" {
		body["clientmsgid"] = m.ClientMsgID
	}
	var got MassSent
	err = c.fetch(ctx, Request{Path: path, Body: body}, &got)
	var refused *Error
	if errors.As(err, &refused) && refused.Code == clientMsgIDUsed && refused.MaybeDone && refused.MsgID != "" {
		return MassSent{MsgID: refused.MsgID}, nil
	}
	return got, err
}

// PreviewMass shows a mass message to one fan: an openid or, with wxname true, a WeChat id (100 a day).
func (c *Client) PreviewMass(ctx context.Context, m *Mass, to string, wxname bool) (msgID string, err error) {
	body, err := m.content()
	if err != nil {
		return "", err
	}
	if err := checkOpenID("touser", to); err != nil {
		return "", err
	}
	body["touser"] = to
	if wxname {
		delete(body, "touser")
		body["towxname"] = to
	}
	if m.MsgType == "image" && m.MediaID != "" {
		delete(body, "images")
		body["image"] = map[string]any{"media_id": m.MediaID}
	}
	var got MassSent
	err = c.fetch(ctx, Request{Path: "/cgi-bin/message/mass/preview", Body: body}, &got)
	return got.MsgID, err
}

// DeleteMass removes the content page of an article or video, not the card in chats; article counts
// from 1, 0 means all.
func (c *Client) DeleteMass(ctx context.Context, msgID string, article int) error {
	id, err := numericID("msg_id", msgID)
	if err != nil {
		return err
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/message/mass/delete", Body: map[string]any{"msg_id": id, "article_idx": article}}, nil)
}

// MassStatus asks how far a mass message is: SEND_SUCCESS, SENDING, SEND_FAIL or DELETE.
func (c *Client) MassStatus(ctx context.Context, msgID string) (string, error) {
	if err := wechat.CheckGiven("msg_id", msgID); err != nil {
		return "", err
	}
	var got struct {
		Status string `json:"msg_status"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/message/mass/get", Body: map[string]any{"msg_id": msgID}}, &got)
	return got.Status, err
}

// MassSpeed asks for the speed of mass messages.
func (c *Client) MassSpeed(ctx context.Context) (MassSpeed, error) {
	var got MassSpeed
	err := c.fetch(ctx, Request{Path: "/cgi-bin/message/mass/speed/get", Body: map[string]any{}}, &got)
	return got, err
}

// SetMassSpeed sets the speed of mass messages, 0 to 4.
func (c *Client) SetMassSpeed(ctx context.Context, speed int) error {
	if speed < 0 || speed > maxMassSpeed {
		return wechat.BadField("speed", fmt.Sprintf("is %d; want 0 to %d", speed, maxMassSpeed))
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/message/mass/speed/set", Body: map[string]any{"speed": speed}}, nil)
}

// numericID turns an id that we keep as text into the number that the platform wants.
func numericID(field, id string) (json.Number, error) {
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		return "", wechat.BadField(field, fmt.Sprintf("%q is no id; want digits", id))
	}
	return json.Number(id), nil
}
