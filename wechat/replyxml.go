package wechat

import (
	"strconv"
	"strings"
)

// AppendXML appends the reply to m as WeChat wants it: addressed back, with now (Unix seconds) as
// CreateTime, all texts cleaned and in CDATA. HTML in a text is left alone. A reply with nothing to
// show (none, and an empty text) is the word "success". Articles beyond those that WeChat would show
// are left out, so that ArticleCount is true. What does not pass Check gives an answer that WeChat
// does not show.
func (r *Reply) AppendXML(dst []byte, m *Message, now int64) []byte {
	if r.silent() {
		return append(dst, Success...)
	}
	dst = append(dst, "<xml>"...)
	dst = appendElement(dst, "ToUserName", m.FromUserName)
	dst = appendElement(dst, "FromUserName", m.ToUserName)
	dst = append(dst, "<CreateTime>"...)
	dst = strconv.AppendInt(dst, now, 10)
	dst = append(dst, "</CreateTime>"...)
	dst = r.appendKind(dst, m)
	return append(dst, "</xml>"...)
}

func (r *Reply) appendKind(dst []byte, m *Message) []byte {
	if r.Type == "transfer" {
		return r.appendTransfer(dst)
	}
	dst = appendElement(dst, "MsgType", r.Type)
	switch r.Type {
	case "text":
		dst = appendElement(dst, "Content", r.Content)
	case "image":
		dst = r.appendMedia(dst, "Image")
	case "voice":
		dst = r.appendMedia(dst, "Voice")
	case "video":
		dst = r.appendVideo(dst)
	case "music":
		dst = r.appendMusic(dst)
	case "news":
		dst = r.appendNews(dst, m)
	}
	return dst
}

func (r *Reply) appendMedia(dst []byte, name string) []byte {
	dst = appendStart(dst, name)
	dst = appendElement(dst, "MediaId", r.MediaID)
	return appendEnd(dst, name)
}

func (r *Reply) appendVideo(dst []byte) []byte {
	dst = append(dst, "<Video>"...)
	dst = appendElement(dst, "MediaId", r.MediaID)
	dst = appendOptional(dst, "Title", r.Title)
	dst = appendOptional(dst, "Description", r.Description)
	return append(dst, "</Video>"...)
}

func (r *Reply) appendMusic(dst []byte) []byte {
	dst = append(dst, "<Music>"...)
	dst = appendOptional(dst, "Title", r.Title)
	dst = appendOptional(dst, "Description", r.Description)
	dst = appendOptional(dst, "MusicUrl", r.MusicURL)
	dst = appendOptional(dst, "HQMusicUrl", r.HQMusicURL)
	dst = appendElement(dst, "ThumbMediaId", r.ThumbMediaID)
	return append(dst, "</Music>"...)
}

func (r *Reply) appendNews(dst []byte, m *Message) []byte {
	articles := r.shown(m)
	dst = append(dst, "<ArticleCount>"...)
	dst = strconv.AppendInt(dst, int64(len(articles)), 10)
	dst = append(dst, "</ArticleCount><Articles>"...)
	for _, a := range articles {
		dst = append(dst, "<item>"...)
		dst = appendElement(dst, "Title", a.Title)
		dst = appendElement(dst, "Description", a.Description)
		dst = appendElement(dst, "PicUrl", a.PicURL)
		dst = appendElement(dst, "Url", a.URL)
		dst = append(dst, "</item>"...)
	}
	return append(dst, "</Articles>"...)
}

func (r *Reply) appendTransfer(dst []byte) []byte {
	dst = appendElement(dst, "MsgType", "transfer_customer_service")
	if r.KfAccount == "" {
		return dst
	}
	dst = append(dst, "<TransInfo>"...)
	dst = appendElement(dst, "KfAccount", r.KfAccount)
	return append(dst, "</TransInfo>"...)
}

func appendOptional(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendElement(dst, name, value)
}

func appendElement(dst []byte, name, value string) []byte {
	dst = appendStart(dst, name)
	dst = appendCDATA(dst, value)
	return appendEnd(dst, name)
}

func appendStart(dst []byte, name string) []byte {
	dst = append(dst, '<')
	dst = append(dst, name...)
	return append(dst, '>')
}

func appendEnd(dst []byte, name string) []byte {
	dst = append(dst, "</"...)
	dst = append(dst, name...)
	return append(dst, '>')
}

// appendCDATA appends s, cleaned, as CDATA. A "]]>" in it is split over two sections.
func appendCDATA(dst []byte, s string) []byte {
	s = Clean(s)
	dst = append(dst, cdataOpen...)
	for {
		i := strings.Index(s, cdataClose)
		if i < 0 {
			dst = append(dst, s...)
			return append(dst, cdataClose...)
		}
		dst = append(dst, s[:i]...)
		dst = append(dst, "]]]]><![CDATA[>"...)
		s = s[i+len(cdataClose):]
	}
}
