package sim

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of menus (protocol 6.2), in entries and bytes.
const (
	topButtons  = 3
	subButtons  = 5
	topName     = 16
	subName     = 60
	keyLimit    = 128
	menuURL     = 1024
	menuDomains = 3
)

// level holds what differs between the two levels of a menu.
type level struct {
	name int // bytes of a name

	badName, badKey, badURL, badDomain, badType int // errcodes
}

func topLevel() level {
	return level{name: topName, badName: 40018, badKey: 40019, badURL: 40020, badDomain: 40054, badType: 40017}
}

func subLevel() level {
	return level{name: subName, badName: 40025, badKey: 40026, badURL: 40027, badDomain: 40055, badType: 40024}
}

// checkMenu refuses what WeChat's limits do not allow, with the errcode of the first fault.
func (c *call) checkMenu(buttons []button) error {
	if !utf8.Valid(c.body) {
		return refuse(65318)
	}
	if len(buttons) < 1 || len(buttons) > topButtons {
		return refuse(40016)
	}
	for i := range buttons {
		if err := c.checkTop(&buttons[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) checkTop(b *button) error {
	if len(b.SubButton) == 0 {
		return c.checkLeaf(b, topLevel())
	}
	if b.Name == "" || len(b.Name) > topName {
		return refuse(40018)
	}
	if len(b.SubButton) > subButtons {
		return refuse(40023)
	}
	for i := range b.SubButton {
		if len(b.SubButton[i].SubButton) > 0 {
			return refuse(40022)
		}
		if err := c.checkLeaf(&b.SubButton[i], subLevel()); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) checkLeaf(b *button, l level) error {
	if b.Name == "" || len(b.Name) > l.name {
		return refuse(l.badName)
	}
	switch b.Type {
	case "":
		return refuse(65308)
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		if b.Key == "" || len(b.Key) > keyLimit {
			return refuse(l.badKey)
		}
		return nil
	case "view":
		return checkMenuURL(b.URL, l)
	case "miniprogram":
		if err := checkMenuURL(b.URL, l); err != nil {
			return err
		}
		return c.miniProgram(b.AppID, b.PagePath)
	case "media_id", "view_limited":
		return c.checkMenuMedia(b.MediaID)
	case "article_id", "article_view_limited":
		if c.a.state.published(b.ArticleID) == nil {
			return refuse(53600)
		}
		return nil
	}
	return refuse(l.badType)
}

func checkMenuURL(s string, l level) error {
	if s == "" || len(s) > menuURL {
		return refuse(l.badURL)
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return refuse(l.badDomain)
	}
	return nil
}

// checkMenuMedia wants permanent material: a file, or a draft.
func (c *call) checkMenuMedia(id string) error {
	m := c.a.state.Media[id]
	switch {
	case id == "":
		return refuse(41006)
	case c.a.state.draft(id) != nil:
		return nil
	case m == nil:
		return refuse(40007)
	case !m.Lasting:
		return refuse(40128)
	}
	return nil
}

// outsideDomains counts the different hosts out of WeChat that a conditional menu leads to.
func outsideDomains(buttons []button) int {
	var hosts []string
	for _, b := range leaves(buttons) {
		if u, err := url.Parse(b.URL); err == nil && u.Host != "" {
			if host := strings.ToLower(u.Hostname()); host != "mp.weixin.qq.com" && !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
			}
		}
	}
	return len(hosts)
}
