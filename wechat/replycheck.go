package wechat

import (
	"fmt"
	"strings"
)

// Check reports, as a *FieldError, what would make WeChat show its failure notice instead of r. The
// message it answers may be nil. More articles than WeChat shows for it are no error; see Surplus.
func (r *Reply) Check(*Message) error {
	switch r.Type {
	case "none":
		return nil
	case "text":
		return CheckText(r.Content)
	case "image", "voice", "video":
		return CheckGiven("media_id", r.MediaID)
	case "music":
		return r.checkMusic()
	case "news":
		return CheckArticles(r.Articles)
	case "transfer":
		return CheckAgent(r.KfAccount)
	}
	return BadField("type", fmt.Sprintf("%q is unknown; want text, image, voice, video, music, news, transfer or none", r.Type))
}

// checkText counts after cleaning: a broken byte grows to the three of U+FFFD.
func CheckText(s string) error {
	if n := len(Clean(s)); n > TextLimit {
		return BadField("content", fmt.Sprintf("%d bytes; WeChat takes at most %d (about 680 Chinese characters)", n, TextLimit))
	}
	return nil
}

func (r *Reply) checkMusic() error {
	if err := CheckGiven("thumb_media_id", r.ThumbMediaID); err != nil {
		return err
	}
	if err := CheckURL("music_url", r.MusicURL); err != nil {
		return err
	}
	return CheckURL("hq_music_url", r.HQMusicURL)
}

func CheckArticles(articles []Article) error {
	if n := len(articles); n == 0 || n > maxArticles {
		return BadField("articles", fmt.Sprintf("%d of them; want 1 to %d", n, maxArticles))
	}
	for i, a := range articles {
		at := ""
		if len(articles) > 1 {
			at = fmt.Sprintf("article %d: ", i+1)
		}
		if err := a.check(at); err != nil {
			return err
		}
	}
	return nil
}

func (a *Article) check(at string) error {
	if err := CheckGiven(at+"title", a.Title); err != nil {
		return err
	}
	if err := CheckURL(at+"pic_url", a.PicURL); err != nil {
		return err
	}
	return CheckURL(at+"url", a.URL)
}

// checkAgent knows the form of an agent's account: name@account.
func CheckAgent(account string) error {
	if account == "" {
		return nil
	}
	name, of, ok := strings.Cut(account, "@")
	if !ok || name == "" || of == "" {
		return BadField("kf_account", fmt.Sprintf("%q has no @; want name@account, like anna@kestrel_tea", account))
	}
	return nil
}

func CheckGiven(field, value string) error {
	switch {
	case strings.TrimSpace(Clean(value)) != "":
		return nil
	case value != "":
		return BadField(field, "holds nothing but blanks and control characters; want a string that is not empty")
	}
	return BadField(field, "missing; want a string that is not empty")
}

// checkURL takes an empty value: all links of replies are optional.
func CheckURL(field, value string) error {
	scheme, rest, ok := strings.Cut(value, "://")
	if value == "" || ok && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")) {
		return nil
	}
	return BadField(field, fmt.Sprintf("%q is no link; want one that begins with http:// or https://", value))
}
