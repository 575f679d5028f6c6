package sim

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	textLimit   = 2048 // bytes of a passive text
	newsLimit   = 8    // articles of a news reply to an event
	messageNews = 1    // articles of a news reply to a message, since 2018-10-12
	replyTypes  = "text, image, voice, video, music, news or transfer_customer_service"
)

// read turns a reply into what the phone shows, or says why WeChat shows its notice.
func (r *delivering) read(reply []byte) (*Shown, error) {
	x, err := parseReply(reply)
	if err != nil {
		return nil, err
	}
	switch {
	case x.value("ToUserName") != r.out.from:
		return nil, fmt.Errorf("element ToUserName is %q; want the push's FromUserName %q", x.value("ToUserName"), r.out.from)
	case x.value("FromUserName") != r.out.to:
		return nil, fmt.Errorf("element FromUserName is %q; want the push's ToUserName %q", x.value("FromUserName"), r.out.to)
	}
	kind := x.value("MsgType")
	if err := replyTime(x.value("CreateTime"), kind); err != nil {
		return nil, err
	}
	switch kind {
	case "text":
		return textReply(x)
	case "image", "voice", "video":
		return r.mediaReply(x, kind)
	case "music":
		return r.musicReply(x)
	case "news":
		return r.newsReply(x)
	case "transfer_customer_service":
		return &Shown{Type: "transfer", KfAccount: x.value("TransInfo", "KfAccount")}, nil
	default:
		return nil, fmt.Errorf("element MsgType is %q; want %s", kind, replyTypes)
	}
}

// replyTime checks CreateTime. A text is shown whatever it says there; with anything but an integer the other
// kinds cost the fan the notice.
func replyTime(stamp, kind string) error {
	if _, err := strconv.ParseInt(strings.TrimSpace(stamp), 10, 64); err == nil || kind == "text" && stamp != "" {
		return nil
	}
	return fmt.Errorf("element CreateTime must be whole seconds; it is %q", stamp)
}

func textReply(x *node) (*Shown, error) {
	content := x.value("Content")
	switch {
	case content == "":
		return nil, errors.New("element Content is missing or empty")
	case len(content) > textLimit:
		return nil, fmt.Errorf("element Content has %d bytes; at most %d are shown", len(content), textLimit)
	}
	return &Shown{Type: "text", Text: content}, nil
}

// mediaReply reads Image, Voice and Video.
func (r *delivering) mediaReply(x *node, kind string) (*Shown, error) {
	name := map[string]string{"image": "Image", "voice": "Voice", "video": "Video"}[kind]
	box := x.child(name)
	if box == nil {
		return nil, fmt.Errorf("element %s is missing", name)
	}
	id := box.value("MediaId")
	if err := r.mediaIs(id, kind); err != nil {
		return nil, fmt.Errorf("element %s.MediaId: %w", name, err)
	}
	return &Shown{Type: kind, MediaID: id, Title: box.value("Title"), Description: box.value("Description")}, nil
}

// musicReply takes music without a cover too: the documentation wants ThumbMediaId, and a widely used SDK has
// never sent one.
func (r *delivering) musicReply(x *node) (*Shown, error) {
	box := x.child("Music")
	if box == nil {
		return nil, errors.New("element Music is missing")
	}
	thumb := box.value("ThumbMediaId")
	if thumb != "" {
		if err := r.mediaIs(thumb, "thumb"); err != nil {
			return nil, fmt.Errorf("element Music.ThumbMediaId: %w", err)
		}
	}
	return &Shown{
		Type: "music", Title: box.value("Title"), Description: box.value("Description"),
		URL: box.value("MusicUrl"), HQURL: box.value("HQMusicUrl"), ThumbMediaID: thumb,
	}, nil
}

func (r *delivering) newsReply(x *node) (*Shown, error) {
	var articles []ShownArticle
	if box := x.child("Articles"); box != nil {
		for _, item := range box.kids {
			if item.name == "item" {
				articles = append(articles, ShownArticle{
					Title: item.value("Title"), Description: item.value("Description"),
					PicURL: item.value("PicUrl"), URL: item.value("Url"),
				})
			}
		}
	}
	count, err := strconv.Atoi(x.value("ArticleCount"))
	switch {
	case err != nil || count != len(articles):
		return nil, fmt.Errorf("element ArticleCount is %q; there are %d items", x.value("ArticleCount"), len(articles))
	case count == 0:
		return nil, errors.New("element Articles holds no item")
	}
	limit := newsLimit
	if r.out.act.MsgType != "event" {
		limit = messageNews
	}
	s := &Shown{Type: "news", Articles: articles}
	if count > limit {
		s.Articles, s.Dropped = articles[:limit], count-limit
	}
	return s, nil
}

// mediaIs checks a media id of a reply, temporary or permanent. A picture may serve as a thumb.
func (r *delivering) mediaIs(id, kind string) error {
	r.a.mu.Lock()
	defer r.a.mu.Unlock()
	m := r.a.state.Media[id]
	switch {
	case id == "":
		return errors.New("is missing")
	case m == nil || m.over(r.p.Now()):
		return fmt.Errorf("%q is unknown or older than three days", id)
	case !m.servesAs(kind):
		return fmt.Errorf("%q is %s; want %s", id, m.Kind, kind)
	}
	return nil
}
