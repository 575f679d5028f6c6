package api

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"slices"
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
	ticket, err := c.Ticket(ctx, "jsapi")
	if err != nil {
		return JSSignature{}, err
	}
	s := JSSignature{AppID: c.appID, Timestamp: c.now().Unix(), NonceStr: rand.Text(), URL: link}
	s.URL, _, _ = strings.Cut(link, "#")
	s.Signature = JSSign(ticket.Reveal(), s.NonceStr, s.Timestamp, s.URL)
	return s, nil
}

// JSSign is the signature of wx.config. The signed text says noncestr in lower case.
func JSSign(ticket, nonce string, timestamp int64, link string) string {
	link, _, _ = strings.Cut(link, "#")
	return sha1Hex("jsapi_ticket=" + ticket + "&noncestr=" + nonce + "&timestamp=" + strconv.FormatInt(timestamp, 10) + "&url=" + link)
}

// CardSign is the signature of card calls (addCard, chooseCard) over the ticket and the call's values.
func CardSign(values ...string) string {
	values = slices.Clone(values)
	slices.Sort(values)
	return sha1Hex(strings.Join(values, ""))
}

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}
