package api

import (
	"fmt"
	"net/url"
	"strings"

	"moonwire/wechat"
)

// Limits of a menu in entries and bytes (wechat-protocol §6.2).
const (
	maxTopButtons  = 3
	maxSubButtons  = 5
	maxTopName     = 16
	maxSubName     = 60
	maxKey         = 128
	maxMenuURL     = 1024
	maxMenuDomains = 3
)

// Check reports the first button that WeChat would refuse, as a *FieldError whose Field is the path
// of the field, counted from 1: "button[2].sub_button[1].name". A menu with a MatchRule is checked
// as a conditional one.
func (m *Menu) Check() error {
	if n := len(m.Buttons); n < 1 || n > maxTopButtons {
		return wechat.BadField("button", fmt.Sprintf("%d of them at the top; want 1 to %d", n, maxTopButtons))
	}
	for i := range m.Buttons {
		if err := m.Buttons[i].check(fmt.Sprintf("button[%d]", i+1), maxTopName); err != nil {
			return err
		}
	}
	if m.MatchRule == nil {
		return nil
	}
	return firstError(m.MatchRule.check(), m.checkDomains())
}

func (b *Button) check(at string, maxName int) error {
	if err := checkBytes(at+".name", b.Name, maxName); err != nil {
		return err
	}
	if len(b.SubButtons) == 0 {
		return b.checkLeaf(at)
	}
	if maxName == maxSubName {
		return wechat.BadField(at+".sub_button", "a third level; menus have two")
	}
	if n := len(b.SubButtons); n > maxSubButtons {
		return wechat.BadField(at+".sub_button", fmt.Sprintf("%d of them; want 1 to %d", n, maxSubButtons))
	}
	for i := range b.SubButtons {
		if err := b.SubButtons[i].check(fmt.Sprintf("%s.sub_button[%d]", at, i+1), maxSubName); err != nil {
			return err
		}
	}
	return nil
}

// checkLeaf knows which field each type needs.
func (b *Button) checkLeaf(at string) error {
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		return checkBytes(at+".key", b.Key, maxKey)
	case "view":
		return b.checkURL(at)
	case "miniprogram":
		return firstError(wechat.CheckGiven(at+".appid", b.AppID), wechat.CheckGiven(at+".pagepath", b.PagePath), b.checkURL(at))
	case "media_id", "view_limited":
		return wechat.CheckGiven(at+".media_id", b.MediaID)
	case "article_id", "article_view_limited":
		return wechat.CheckGiven(at+".article_id", b.ArticleID)
	case "":
		return wechat.BadField(at+".type", "missing, and there are no sub_button entries; a button needs one of them")
	}
	return wechat.BadField(at+".type", fmt.Sprintf("%q is unknown; want click, view, miniprogram, scancode_push, scancode_waitmsg, pic_sysphoto, pic_photo_or_album, pic_weixin, location_select, media_id, view_limited, article_id or article_view_limited", b.Type))
}

func (b *Button) checkURL(at string) error {
	return firstError(checkBytes(at+".url", b.URL, maxMenuURL), wechat.CheckURL(at+".url", b.URL))
}

func checkBytes(field, value string, limit int) error {
	if err := wechat.CheckGiven(field, value); err != nil {
		return err
	}
	if n := len(value); n > limit {
		return wechat.BadField(field, fmt.Sprintf("%q has %d bytes; want at most %d (a Chinese character has 3)", shorten(value), n, limit))
	}
	return nil
}

// shorten keeps an error readable when the value itself is what is too long.
func shorten(s string) string {
	runes := []rune(s)
	if len(runes) <= 24 {
		return s
	}
	return string(runes[:24]) + "…"
}

func (r *MatchRule) check() error {
	switch r.ClientPlatformType {
	case "", "1", "2", "3":
	default:
		return wechat.BadField("matchrule.client_platform_type", fmt.Sprintf("%q is unknown; want 1 (iOS), 2 (Android) or 3 (other)", r.ClientPlatformType))
	}
	if r.TagID == "" && r.ClientPlatformType == "" {
		return wechat.BadField("matchrule", "is empty; want tag_id or client_platform_type")
	}
	return nil
}

// checkDomains counts the outside domains of a conditional menu: at most three (65316).
func (m *Menu) checkDomains() error {
	seen := map[string]bool{}
	var walk func(at string, buttons []Button) error
	walk = func(at string, buttons []Button) error {
		for i, b := range buttons {
			path := fmt.Sprintf("%s[%d]", at, i+1)
			if host := outsideHost(b.URL); host != "" {
				seen[host] = true
			}
			if len(seen) > maxMenuDomains {
				return wechat.BadField(path+".url", fmt.Sprintf("links to a fourth domain; a conditional menu has at most %d", maxMenuDomains))
			}
			if err := walk(path+".sub_button", b.SubButtons); err != nil {
				return err
			}
		}
		return nil
	}
	return walk("button", m.Buttons)
}

func outsideHost(link string) string {
	u, err := url.Parse(link)
	if err != nil || strings.EqualFold(u.Hostname(), "mp.weixin.qq.com") {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// ParseMenu reads a menu from WeChat's own JSON and checks it. Fields that WeChat does not know, or has
// withdrawn from the matchrule (65320), are a *FieldError.
func ParseMenu(body []byte) (*Menu, error) {
	tree, err := parseJSON(body)
	if err != nil {
		return nil, wechat.BadField("body", err.Error())
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return nil, wechat.BadField("body", "is no object; want {\"button\": […]}")
	}
	if err := knownKeys("", object, "button", "matchrule", "menuid"); err != nil {
		return nil, err
	}
	if rule, ok := object["matchrule"].(map[string]any); ok {
		if err := knownKeys("matchrule.", rule, "tag_id", "client_platform_type"); err != nil {
			return nil, err
		}
	}
	if err := knownButtons("button", object["button"]); err != nil {
		return nil, err
	}
	menu := &Menu{}
	if err := decodeLenient(body, menu); err != nil {
		return nil, wechat.BadField("body", err.Error())
	}
	return menu, menu.Check()
}

func knownButtons(at string, v any) error {
	list, _ := asList(v)
	for i, item := range list {
		button, ok := item.(map[string]any)
		path := fmt.Sprintf("%s[%d]", at, i+1)
		if !ok {
			return wechat.BadField(path, "is no button; want {type=…, name=…}")
		}
		err := firstError(
			knownKeys(path+".", button, "type", "name", "key", "url", "appid", "pagepath", "media_id", "article_id", "sub_button"),
			knownButtons(path+".sub_button", button["sub_button"]))
		if err != nil {
			return err
		}
	}
	return nil
}

func knownKeys(at string, object map[string]any, known ...string) error {
	allowed := " " + strings.Join(known, " ") + " "
	for _, key := range sortedKeys(object) {
		if !strings.Contains(allowed, " "+key+" ") {
			return wechat.BadField(at+key, "is unknown; want"+strings.TrimRight(strings.ReplaceAll(allowed, " ", ", ")[1:], ", "))
		}
	}
	return nil
}
