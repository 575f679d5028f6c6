package wechat_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

const replyHead = "<xml><ToUserName><![CDATA[" + amy + "]]></ToUserName><FromUserName><![CDATA[" + originalID +
	"]]></FromUserName><CreateTime>1760000001</CreateTime>"

func articles(n int) []wechat.Article {
	list := make([]wechat.Article, n)
	for i := range list {
		list[i] = wechat.Article{Title: "t", Description: "d", PicURL: "http://p", URL: "https://u?a=1&b=2"}
	}
	return list
}

func TestReplyXML(t *testing.T) {
	const item = "<item><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><PicUrl><![CDATA[http://p]]></PicUrl><Url><![CDATA[https://u?a=1&b=2]]></Url></item>"
	tests := []struct {
		name  string
		reply wechat.Reply
		want  string
	}{
		{"text", wechat.Reply{Type: "text", Content: "Open 9-18."}, "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[Open 9-18.]]></Content>"},
		{"HTML and emoji", wechat.Reply{Type: "text", Content: "<a href=\"https://x?a=1&b=2\">茶😀</a>\n"}, "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[<a href=\"https://x?a=1&b=2\">茶😀</a>\n]]></Content>"},
		{"image", wechat.Reply{Type: "image", MediaID: "M"}, "<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[M]]></MediaId></Image>"},
		{"voice", wechat.Reply{Type: "voice", MediaID: "M"}, "<MsgType><![CDATA[voice]]></MsgType><Voice><MediaId><![CDATA[M]]></MediaId></Voice>"},
		{"video", wechat.Reply{Type: "video", MediaID: "M", Title: "t", Description: "d"}, "<MsgType><![CDATA[video]]></MsgType><Video><MediaId><![CDATA[M]]></MediaId><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description></Video>"},
		{"bare video", wechat.Reply{Type: "video", MediaID: "M"}, "<MsgType><![CDATA[video]]></MsgType><Video><MediaId><![CDATA[M]]></MediaId></Video>"},
		{"music", wechat.Reply{Type: "music", Title: "t", Description: "d", MusicURL: "http://u", HQMusicURL: "HTTPS://hq", ThumbMediaID: "M"}, "<MsgType><![CDATA[music]]></MsgType><Music><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><MusicUrl><![CDATA[http://u]]></MusicUrl><HQMusicUrl><![CDATA[HTTPS://hq]]></HQMusicUrl><ThumbMediaId><![CDATA[M]]></ThumbMediaId></Music>"},
		{"news", wechat.Reply{Type: "news", Articles: articles(1)}, "<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles>" + item + "</Articles>"},
		{"transfer", wechat.Reply{Type: "transfer"}, "<MsgType><![CDATA[transfer_customer_service]]></MsgType>"},
		{"transfer to one", wechat.Reply{Type: "transfer", KfAccount: "anna@kestrel_tea"}, "<MsgType><![CDATA[transfer_customer_service]]></MsgType><TransInfo><KfAccount><![CDATA[anna@kestrel_tea]]></KfAccount></TransInfo>"},
		{"CDATA end", wechat.Reply{Type: "text", Content: "a]]>b]]]>]]"}, "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a]]]]><![CDATA[>b]]]]]><![CDATA[>]]]]></Content>"},
		{"control characters", wechat.Reply{Type: "text", Content: "a\x00]]\x02>b\xff"}, "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a]]]]><![CDATA[>b\ufffd]]></Content>"},
	}
	m := parse(t, push("text", ""))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.NoError(t, tt.reply.Check(m))
			got := string(tt.reply.AppendXML([]byte("before"), m, 1760000001))
			require.Equal(t, "before"+replyHead+tt.want+"</xml>", got)
			var any node
			require.NoError(t, xml.Unmarshal([]byte(got[len("before"):]), &any))
		})
	}
}

func TestNothingToShowIsSuccess(t *testing.T) {
	m := parse(t, push("text", ""))
	for _, r := range []wechat.Reply{{Type: "none"}, {Type: "text"}, {Type: "text", Content: "\x00\x01"}} {
		require.NoError(t, r.Check(m))
		require.Equal(t, wechat.Success, string(r.AppendXML(nil, m, 1)), "%+v", r)
	}
}

func TestOneArticleAfterAMessage(t *testing.T) {
	message, click := parse(t, push("image", "")), parse(t, event("CLICK", ""))
	r := wechat.Reply{Type: "news", Articles: articles(8)}
	r.Articles[0].Title = "first"
	require.NoError(t, r.Check(message))
	require.Equal(t, 7, r.Surplus(message))
	require.Equal(t, 0, r.Surplus(click))
	require.Equal(t, 0, r.Surplus(nil))

	got := string(r.AppendXML(nil, message, 1))
	require.Contains(t, got, "<ArticleCount>1</ArticleCount>")
	require.Equal(t, 1, strings.Count(got, "<item>"))
	require.Contains(t, got, "first")
	got = string(r.AppendXML(nil, click, 1))
	require.Contains(t, got, "<ArticleCount>8</ArticleCount>")
	require.Equal(t, 8, strings.Count(got, "<item>"))
}

func TestReplyCheck(t *testing.T) {
	with := func(change func(*wechat.Article)) []wechat.Article {
		list := articles(2)
		change(&list[1])
		return list
	}
	tests := []struct {
		name          string
		reply         wechat.Reply
		field, reason string
	}{
		{"unknown kind", wechat.Reply{Type: "smell"}, "type", `"smell" is unknown; want text, image, voice, video, music, news, transfer or none`},
		{"long text", wechat.Reply{Type: "text", Content: strings.Repeat("长", 683)}, "content", "2049 bytes; WeChat takes at most 2048 (about 680 Chinese characters)"},
		{"text that grows", wechat.Reply{Type: "text", Content: strings.Repeat("a", 2046) + "\xff"}, "content", "2049 bytes; WeChat takes at most 2048 (about 680 Chinese characters)"},
		{"image", wechat.Reply{Type: "image"}, "media_id", "missing; want a string that is not empty"},
		{"voice", wechat.Reply{Type: "voice", MediaID: " \x01"}, "media_id", "holds nothing but blanks and control characters; want a string that is not empty"},
		{"video", wechat.Reply{Type: "video", Title: "t"}, "media_id", "missing; want a string that is not empty"},
		{"music", wechat.Reply{Type: "music", MusicURL: "https://m"}, "thumb_media_id", "missing; want a string that is not empty"},
		{"music link", wechat.Reply{Type: "music", ThumbMediaID: "M", MusicURL: "m.mp3"}, "music_url", `"m.mp3" is no link; want one that begins with http:// or https://`},
		{"better music link", wechat.Reply{Type: "music", ThumbMediaID: "M", HQMusicURL: "ftp://m"}, "hq_music_url", `"ftp://m" is no link; want one that begins with http:// or https://`},
		{"no articles", wechat.Reply{Type: "news"}, "articles", "0 of them; want 1 to 8"},
		{"nine articles", wechat.Reply{Type: "news", Articles: articles(9)}, "articles", "9 of them; want 1 to 8"},
		{"second article", wechat.Reply{Type: "news", Articles: with(func(a *wechat.Article) { a.Title = "" })}, "article 2: title", "missing; want a string that is not empty"},
		{"its picture", wechat.Reply{Type: "news", Articles: with(func(a *wechat.Article) { a.PicURL = "p.jpg" })}, "article 2: pic_url", `"p.jpg" is no link; want one that begins with http:// or https://`},
		{"its link", wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "t", URL: "https://"}}}, "url", `"https://" is no link; want one that begins with http:// or https://`},
		{"agent", wechat.Reply{Type: "transfer", KfAccount: "anna"}, "kf_account", `"anna" has no @; want name@account, like anna@kestrel_tea`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e *wechat.FieldError
			require.ErrorAs(t, tt.reply.Check(nil), &e)
			require.Equal(t, tt.field, e.Field)
			require.Equal(t, tt.reason, e.Reason)
			require.Equal(t, tt.field+": "+tt.reason, e.Error())
		})
	}
	require.NoError(t, (&wechat.Reply{Type: "text", Content: strings.Repeat("a", wechat.TextLimit)}).Check(nil))
	require.NoError(t, (&wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "t"}}}).Check(nil))
}

func TestReplyIsAddressedByTheWire(t *testing.T) {
	// Even where the sender is no fan, the answer goes back to the sender.
	m := parse(t, event("user_authorization_revoke", "<OpenID>oOther</OpenID>"))
	require.Contains(t, string((&wechat.Reply{Type: "text", Content: "x"}).AppendXML(nil, m, 1)), "<ToUserName><![CDATA["+amy+"]]>")
}
