package api

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"unicode/utf8"

	"moonwire/wechat"
)

// User is what WeChat tells of a fan. Nickname, picture, sex and place are not delivered since
// 2021-12-27.
type User struct {
	// Subscribe is false for somebody who does not follow; then only OpenID (and UnionID) are known.
	Subscribe bool   `json:"subscribe"`
	OpenID    string `json:"openid"`
	// SubscribeTime is in Unix seconds.
	SubscribeTime int64 `json:"subscribe_time"`
	// UnionID needs an account bound to an Open Platform.
	UnionID string  `json:"unionid"`
	Remark  string  `json:"remark"`
	GroupID int64   `json:"groupid"`
	TagIDs  []int64 `json:"tagid_list"`
	// SubscribeScene is an open list of words: ADD_SCENE_QR_CODE, ADD_SCENE_SEARCH, …
	SubscribeScene string `json:"subscribe_scene"`
	QRScene        int64  `json:"qr_scene"`
	QRSceneStr     string `json:"qr_scene_str"`
	Language       string `json:"language"`
}

// Page is one page of openids.
type Page struct {
	Total, Count int64
	OpenIDs      []string
	// Next begins the next page; "" when there is none.
	Next string
}

// Most entries that one call takes or gives (wechat-protocol §6.3).
const (
	userBatch      = 100
	tagBatch       = 50
	blacklistBatch = 20
	maxRemark      = 29
)

// UserInfo asks for one fan (5,000,000 a day).
func (c *Client) UserInfo(ctx context.Context, openid string) (User, error) {
	if err := checkOpenID("openid", openid); err != nil {
		return User{}, err
	}
	var got User
	err := c.fetch(ctx, Request{Path: "/cgi-bin/user/info", Query: url.Values{"openid": {openid}, "lang": {"zh_CN"}}}, &got)
	return got, err
}

// Users asks for many fans, 100 a call, in the order given.
func (c *Client) Users(ctx context.Context, openids []string) ([]User, error) {
	users := make([]User, 0, len(openids))
	err := inBatches(openids, userBatch, func(batch []string) error {
		list := make([]map[string]string, len(batch))
		for i, openid := range batch {
			list[i] = map[string]string{"openid": openid, "lang": "zh_CN"}
		}
		var got struct {
			Users []User `json:"user_info_list"`
		}
		err := c.fetch(ctx, Request{Path: "/cgi-bin/user/info/batchget", Body: map[string]any{"user_list": list}}, &got)
		users = append(users, got.Users...)
		return err
	})
	return users, err
}

// Followers asks for one page of at most 10,000 followers (500 calls a day).
func (c *Client) Followers(ctx context.Context, next string) (Page, error) {
	return c.page(ctx, Request{Path: "/cgi-bin/user/get", Query: url.Values{"next_openid": {next}}})
}

// AllFollowers walks over all followers, page by page. An error ends the walk.
func (c *Client) AllFollowers(ctx context.Context) iter.Seq2[string, error] {
	return eachOpenID(func(next string) (Page, error) { return c.Followers(ctx, next) })
}

// SetRemark sets the account's own name for a fan: up to 29 characters, "" removes it.
func (c *Client) SetRemark(ctx context.Context, openid, remark string) error {
	if err := checkOpenID("openid", openid); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(remark); n > maxRemark {
		return wechat.BadField("remark", fmt.Sprintf("has %d characters; want at most %d", n, maxRemark))
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/user/info/updateremark", Body: map[string]any{"openid": openid, "remark": remark}}, nil)
}

// page reads the lists of openids, whose last page may lack "data".
func (c *Client) page(ctx context.Context, r Request) (Page, error) {
	var got struct {
		Total int64 `json:"total"`
		Count int64 `json:"count"`
		Data  struct {
			OpenIDs []string `json:"openid"`
		} `json:"data"`
		Next string `json:"next_openid"`
	}
	if err := c.fetch(ctx, r, &got); err != nil {
		return Page{}, err
	}
	return Page{Total: got.Total, Count: got.Count, OpenIDs: got.Data.OpenIDs, Next: got.Next}, nil
}

// eachOpenID walks over pages until one is empty, has no successor or repeats its own.
func eachOpenID(fetch func(next string) (Page, error)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		next := ""
		for {
			page, err := fetch(next)
			if err != nil {
				yield("", err)
				return
			}
			for _, openid := range page.OpenIDs {
				if !yield(openid, nil) {
					return
				}
			}
			if len(page.OpenIDs) == 0 || page.Next == "" || page.Next == next {
				return
			}
			next = page.Next
		}
	}
}

// inBatches calls do with at most size entries at a time and stops at the first error.
func inBatches(all []string, size int, do func([]string) error) error {
	for len(all) > 0 {
		n := min(size, len(all))
		if err := do(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func checkOpenID(field, openid string) error {
	if openid == "" {
		return wechat.BadField(field, "missing; want the fan's openid")
	}
	return nil
}
