package api

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"strconv"
	"strings"

	"moonwire/wechat"
)

// JSSignature is what a page hands to wx.config.
type JSSignature struct {
	AppID     string `json:"appId"`
	Timestamp int64  `json:"timestamp"`
	NonceStr  string `json:"nonceStr"`
	Signature string `json:"signature"`
	URL       string `json:"url"`
}

// SignJS signs a page for the JS-SDK. The link is the page's whole address as the browser sees it; the
// part after # is cut off here.
func (c *Client) SignJS(ctx context.Context, link string) (JSSignature, error) {
	if err := firstError(wechat.CheckGiven("url", link), wechat.CheckURL("url", link)); err != nil {
		return JSSignature{}, err
	}
	ticket, err := c.ticket.get(ctx, "")
	if err != nil {
		return JSSignature{}, err
	}
	s := JSSignature{AppID: c.appID, Timestamp: c.now().Unix(), NonceStr: c.nonce(), URL: link}
	s.URL, _, _ = strings.Cut(link, "#")
	s.Signature = JSSign(ticket.Token.Reveal(), s.NonceStr, s.Timestamp, s.URL)
	return s, nil
}

// JSSign is the signature of wx.config. The signed text says noncestr in lower case.
func JSSign(ticket, nonce string, timestamp int64, link string) string {
	link, _, _ = strings.Cut(link, "#")
	sum := sha1.Sum([]byte("jsapi_ticket=" + ticket + "&noncestr=" + nonce + "&timestamp=" + strconv.FormatInt(timestamp, 10) + "&url=" + link))
	return hex.EncodeToString(sum[:])
}
