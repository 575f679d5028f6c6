package bindings

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat"
)

// maxPicks is the most answers reply.pick chooses from.
const maxPicks = 100

func replyText(c call) int {
	return c.pushAnswer(wechat.Reply{Type: "text", Content: c.text(1)})
}

func replyMedia(kind string) func(call) int {
	return func(c call) int {
		if c.text(1) == "" {
			c.failArg(1, "is empty", "the media_id of something uploaded or received")
		}
		return c.pushAnswer(wechat.Reply{Type: kind, MediaID: c.text(1)})
	}
}

func replyVideo(c call) int {
	r := c.record("", c.table(1), "media_id", "title", "description")
	return c.pushAnswer(wechat.Reply{
		Type: "video", MediaID: r.required("media_id"), Title: r.text("title"), Description: r.text("description"),
	})
}

func replyMusic(c call) int {
	r := c.record("", c.table(1), musicFields...)
	return c.pushAnswer(wechat.Reply{
		Type: "music", Title: r.text("title"), Description: r.text("description"),
		MusicURL: r.text("music_url"), HQMusicURL: r.text("hq_music_url"), ThumbMediaID: r.text("thumb_media_id"),
	})
}

// musicFields and articleFields take WeChat's XML names and those of its JSON.
var (
	musicFields   = []string{"title", "description", "music_url|musicurl", "hq_music_url|hqmusicurl", "thumb_media_id"}
	articleFields = []string{"title", "description", "pic_url|picurl", "url"}
)

func replyNews(c call) int {
	return c.pushAnswer(wechat.Reply{Type: "news", Articles: c.articles(c.table(1))})
}

// articles reads one article or a list of them.
func (c call) articles(tb *lua.LTable) []wechat.Article {
	n := tb.Len()
	if n == 0 {
		return []wechat.Article{c.article("", tb)}
	}
	var all []wechat.Article
	for i := 1; i <= n; i++ {
		at := fmt.Sprintf("article %d", i)
		item, ok := tb.RawGetInt(i).(*lua.LTable)
		if !ok {
			c.fail("%s is %s; want a table {title = …, description = …, pic_url = …, url = …}", at, describe(tb.RawGetInt(i)))
		}
		if i > 100 {
			c.fail("more than 100 articles; WeChat shows 8 at most")
		}
		all = append(all, c.article(at, item))
	}
	return all
}

func (c call) article(at string, tb *lua.LTable) wechat.Article {
	r := c.record(at, tb, articleFields...)
	return wechat.Article{
		Title: r.text("title"), Description: r.text("description"), PicURL: r.text("pic_url"), URL: r.text("url"),
	}
}

func replyTransfer(c call) int {
	return c.pushAnswer(wechat.Reply{Type: "transfer", KfAccount: c.text(1)})
}

func replyNone(c call) int { return c.pushAnswer(wechat.Reply{Type: "none"}) }

func replyPick(c call) int {
	tb := c.table(1)
	n := tb.Len()
	if n == 0 || n > maxPicks {
		c.fail("%s in the list; want 1 to %d answers", plural(n, "answer"), maxPicks)
	}
	a := &answer{}
	for i := 1; i <= n; i++ {
		v := tb.RawGetInt(i)
		if s, ok := v.(lua.LString); ok {
			a.picks = append(a.picks, &answer{reply: wechat.Reply{Type: "text", Content: string(s)}, by: c.fn.Name})
			a.size += len(s)
			continue
		}
		one := answerOf(v)
		if one != nil && one.picks != nil {
			c.fail("answer %d is a reply.pick itself; want a string or another reply.* value", i)
		}
		if one == nil {
			c.fail("answer %d is %s; want %s", i, describe(v), tAnswer.Want.EN)
		}
		a.picks = append(a.picks, one)
		a.size += one.size
	}
	return c.wrap(a)
}
