package sim

import (
	"fmt"
	"slices"
	"strings"
)

// Shown is one message as the fan's phone shows it.
type Shown struct {
	// Type is text, image, voice, video, music, news, transfer, msgmenu, miniprogrampage, mpnews,
	// mpnewsarticle, wxcard, template or subscribe.
	Type string `json:"type"`
	// Text is the content of a text, a notice, or the head of a msgmenu.
	Text         string         `json:"text,omitempty"`
	MediaID      string         `json:"media_id,omitempty"`
	ThumbMediaID string         `json:"thumb_media_id,omitempty"`
	Title        string         `json:"title,omitempty"`
	Description  string         `json:"description,omitempty"`
	URL          string         `json:"url,omitempty"`
	HQURL        string         `json:"hq_url,omitempty"`
	AppID        string         `json:"appid,omitempty"`
	PagePath     string         `json:"pagepath,omitempty"`
	KfAccount    string         `json:"kf_account,omitempty"`
	TemplateID   string         `json:"template_id,omitempty"`
	Articles     []ShownArticle `json:"articles,omitempty"`
	// Lines are the entries of a msgmenu or the keywords of a template.
	Lines []ShownLine `json:"lines,omitempty"`
	Tail  string      `json:"tail,omitempty"`
	// Dropped is how many articles of the reply the phone does not show.
	Dropped int `json:"dropped,omitempty"`
	// IsAIMsg says that the grey line AIMark stands under the message.
	IsAIMsg bool `json:"is_ai_msg,omitempty"`
}

// AIMark is the grey line under a message that its sender says an AI made.
const AIMark = "内容由第三方 AI 生成"

// ShownArticle is one article of a news card.
type ShownArticle struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	PicURL      string `json:"pic_url,omitempty"`
	URL         string `json:"url,omitempty"`
}

// ShownLine is one entry of a msgmenu (its id and text) or one keyword of a template (its key and value).
type ShownLine struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// String is the message on one line or several, as a transcript shows it: a link that makes the fan say something is
// its label in brackets.
func (s *Shown) String() string {
	if s.IsAIMsg {
		return s.content() + "\n[" + AIMark + "]"
	}
	return s.content()
}

func (s *Shown) content() string {
	switch s.Type {
	case "text":
		return withTaps(s.Text)
	case "image", "voice":
		return fmt.Sprintf("[%s %s]", s.Type, s.MediaID)
	case "video":
		return bracket(s.Type, s.MediaID, quoted(s.Title))
	case "music":
		return bracket(s.Type, quoted(s.Title), s.URL)
	case "news":
		return s.newsText()
	case "transfer":
		return bracket(s.Type, s.KfAccount)
	case "msgmenu":
		return s.menuText()
	case "template", "subscribe":
		return s.templateText()
	default:
		return bracket(s.Type, quoted(s.Title), s.MediaID, s.AppID, s.PagePath)
	}
}

func (s *Shown) newsText() string {
	lines := make([]string, 0, len(s.Articles))
	for _, a := range s.Articles {
		lines = append(lines, bracket("news", quoted(a.Title), a.URL))
	}
	return strings.Join(lines, "\n")
}

func (s *Shown) menuText() string {
	lines := []string{withTaps(s.Text)}
	for _, l := range s.Lines {
		lines = append(lines, fmt.Sprintf("[%s] %s", l.Key, l.Text))
	}
	return strings.Trim(strings.Join(append(lines, withTaps(s.Tail)), "\n"), "\n")
}

func (s *Shown) templateText() string {
	lines := []string{bracket(s.Type, quoted(s.Title), s.TemplateID)}
	for _, l := range s.Lines {
		lines = append(lines, l.Key+": "+l.Text)
	}
	return strings.Join(lines, "\n")
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return `"` + s + `"`
}

func bracket(words ...string) string {
	filled := slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return "[" + strings.Join(filled, " ") + "]"
}
