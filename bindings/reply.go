package bindings

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat"
)

func replyFamily() Family {
	f := replyKinds()
	f.Functions = append(f.Functions, tapFunction())
	return f
}

// replyKinds are the entries that make answers.
func replyKinds() Family {
	returns := []Result{{"reply", "Reply"}}
	return Family{
		Name: "reply",
		Doc:  Text{"What a handler answers with. A plain string is a text.", "处理函数的回答。直接返回字符串即文本。"},
		Functions: slices.Concat([]Function{
			{
				Name: "reply.text", Forms: params(Param{Name: "content", Type: tString}), Returns: returns, run: replyText,
				Doc: Text{
					"A text; the same as returning the string. Over 2048 bytes it goes out in parts: the first is the answer, the others follow as customer-service messages as far as WeChat allows, or are fetched by the fan with a tap or a word. Nothing is cut off.",
					"文本，与直接返回字符串相同。超过 2048 字节时分段：第一段作为回复，其余在微信允许的条数内作为客服消息依次发出，再多的由粉丝点链接或发一个词取下一段，一个字也不会少。",
				},
				Example: `on.text("帮助", function(msg) return reply.text("回复「菜单」看茶单") end)`,
				Errors:  []Text{replyMisfit, {"More than 64 KiB of text is over the turn's budget.", "文本超过 64 KiB 即超出本轮预算。"}},
			},
		}, mediaReplies(returns), []Function{
			{
				Name: "reply.news", Forms: params(Param{Name: "articles", Type: tTable}), Returns: returns, run: replyNews,
				Doc:     Text{"One article, or a list of them: title, description, pic_url (a link, or a file of media/), url. WeChat shows one article in answer to a message of the fan, up to 8 in answer to an event.", "一篇或多篇图文：title、description、pic_url（链接，或 media/ 下的文件）、url。回复粉丝消息时微信只显示一篇，回复事件时至多 8 篇。"},
				Example: `on.click("TODAY", function() return reply.news{ title = "新茶", pic_url = "https://example.com/a.jpg", url = "https://example.com" } end)`, Reach: ReachReads,
				Errors: []Text{replyMisfit, pictureMisfit, {"A field that articles do not have is named, with the one you may have meant.", "写错字段名时会指出，并提示相近的名字。"}},
			},
			{
				Name: "reply.transfer", Forms: params(optional("kf_account", tString)), Returns: returns, run: replyTransfer,
				Doc:     Text{"Hands the fan over to the human agents, or to the one named.", "转给人工客服，可指定客服帐号。"},
				Example: `on.text("人工", function() return reply.transfer() end)`, Errors: []Text{replyMisfit},
			},
			{
				Name: "reply.none", Forms: params(), Returns: returns, run: replyNone,
				Doc:     Text{"Silence: the message is handled and nothing is said.", "沉默：消息已处理，什么也不说。"},
				Example: `on.text("嘘", reply.none())`, Errors: []Text{{"Takes no arguments.", "不接受参数。"}},
			},
			{
				Name: "reply.pick", Forms: params(Param{Name: "answers", Type: tTable}), Returns: returns, run: replyPick, Reach: ReachReads,
				Doc:     Text{"One answer of a list, at random, chosen anew for each message.", "从列表里随机选一个回答，每条消息重新选。"},
				Example: `on.text("你好", reply.pick{ "你好!", "您好呀", "在的" })`,
				Errors:  []Text{replyMisfit, {"Raises when the list is empty, longer than 100, or holds anything but strings and replies.", "列表为空、超过 100 项或含有字符串和回复以外的值时报错。"}},
			},
		}),
	}
}

// mediaReplies are the answers with media, which may be files of the account's folder.
func mediaReplies(returns []Result) []Function {
	return []Function{
		{
			Name: "reply.image", Forms: params(Param{Name: "media_id", Type: tString}), Returns: returns, run: replyMedia("image"), Reach: ReachReads,
			Doc: Text{
				"A picture: the media_id of one that was uploaded or received, or a file of the account's folder media/. A file is uploaded when it is first sent, once for all, and anew when WeChat is about to forget it or it has changed.",
				"图片：已上传或收到的图片的 media_id，或账号目录 media/ 下的文件。文件在第一次发出时上传，之后共用；微信快要清除它、或文件变了，就重新上传。",
			},
			Example: `on.text("茶杯", reply.image("media/cup.jpg"))`, Errors: []Text{replyMisfit, mediaMisfit},
		},
		{
			Name: "reply.voice", Forms: params(Param{Name: "media_id", Type: tString}), Returns: returns, run: replyMedia("voice"), Reach: ReachReads,
			Doc:     Text{"A voice message: a media_id, or a file of media/.", "语音：media_id，或 media/ 下的文件。"},
			Example: `on.voice(function(msg) return reply.voice(msg.media_id) end)`, Errors: []Text{replyMisfit, mediaMisfit},
		},
		{
			Name: "reply.video", Forms: params(Param{Name: "video", Type: tTable}), Returns: returns, run: replyVideo, Reach: ReachReads,
			Doc:     Text{"A video: media_id (or a file of media/), and if you like title and description.", "视频：media_id（或 media/ 下的文件），可选 title、description。"},
			Example: `on.text("视频", function() return reply.video{ media_id = "MEDIA", title = "怎么泡茶" } end)`, Errors: []Text{replyMisfit, mediaMisfit},
		},
		{
			Name: "reply.music", Forms: params(Param{Name: "music", Type: tTable}), Returns: returns, run: replyMusic, Reach: ReachReads,
			Doc:     Text{"Music: title, description, music_url, hq_music_url (used on Wi-Fi), thumb_media_id (required by WeChat; or a file of media/).", "音乐：title、description、music_url、hq_music_url（Wi-Fi 下使用）、thumb_media_id（微信必需；也可以是 media/ 下的文件）。"},
			Example: `on.text("歌", function() return reply.music{ title = "茶", music_url = "https://example.com/a.mp3", thumb_media_id = "MEDIA" } end)`, Errors: []Text{replyMisfit, mediaMisfit},
		},
	}
}

var replyMisfit = Text{
	"Raises when an argument has the wrong type; an answer that WeChat's structure has no room for is an error that names the field.",
	"参数类型不对时报错；不符合微信结构的回复会报错并指出字段。",
}

var mediaMisfit = Text{
	"What begins with media/ is a file: image .png, .jpg, .jpeg, .gif of at most 10 MB; voice .amr, .mp3 of at most 2 MB; video .mp4 of at most 10 MB; thumb .jpg, .jpeg of at most 64 KB. Raises where there is no such file, it is larger or of another format, or the account may not call WeChat's API; the turn fails when WeChat refuses the upload.",
	"以 media/ 开头的是文件：图片 .png、.jpg、.jpeg、.gif，最大 10 MB；语音 .amr、.mp3，最大 2 MB；视频 .mp4，最大 10 MB；缩略图 .jpg、.jpeg，最大 64 KB。文件不存在、过大、格式不对，或账号无权调用微信接口时报错；微信拒绝上传时这一轮失败。",
}

var pictureMisfit = Text{
	"A pic_url that begins with media/ is a file, .png, .jpg or .jpeg of less than 1 MB: it is uploaded once, and the link that WeChat gives lasts. Errors are those of reply.image.",
	"以 media/ 开头的 pic_url 是文件：.png、.jpg、.jpeg，小于 1 MB。上传一次，微信给的链接长期有效。出错情形同 reply.image。",
}

// maxPicks is the most answers reply.pick chooses from.
const maxPicks = 100

func replyText(c call) int {
	return c.pushAnswer(wechat.Reply{Type: "text", Content: c.wholeText(1)})
}

func replyMedia(kind string) func(call) int {
	return func(c call) int {
		if c.text(1) == "" {
			c.failArg(1, "is empty", "the media_id of something uploaded or received, or a file such as media/cup.jpg")
		}
		return c.pushAnswer(wechat.Reply{Type: kind, MediaID: c.wholeText(1)})
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
func (a arguments) articles(tb *lua.LTable) []wechat.Article {
	n := tb.Len()
	if n == 0 {
		return []wechat.Article{a.article("", tb)}
	}
	var all []wechat.Article
	for i := 1; i <= n; i++ {
		at := fmt.Sprintf("article %d", i)
		item, ok := tb.RawGetInt(i).(*lua.LTable)
		if !ok {
			a.fail("%s is %s; want a table {title = …, description = …, pic_url = …, url = …}", at, describe(tb.RawGetInt(i)))
		}
		if i > 100 {
			a.fail("more than 100 articles; WeChat shows 8 at most")
		}
		all = append(all, a.article(at, item))
	}
	return all
}

func (a arguments) article(at string, tb *lua.LTable) wechat.Article {
	r := a.record(at, tb, articleFields...)
	return wechat.Article{
		Title: r.text("title"), Description: r.text("description"), PicURL: r.text("pic_url"), URL: r.text("url"),
	}
}

func replyTransfer(c call) int {
	return c.pushAnswer(wechat.Reply{Type: "transfer", KfAccount: c.wholeText(1)})
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
			c.readText(fmt.Sprintf("answer %d", i), string(s))
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
