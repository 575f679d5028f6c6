package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestRepliesAreJudged(t *testing.T) {
	rest := func(s string) func(received) string { return func(r received) string { return replyTo(r, s) } }
	text := func(s string) func(received) string { return func(r received) string { return textReply(r, s) } }
	swap := func(old, now string) func(received) string {
		return func(r received) string { return strings.Replace(hello(r), old, now, 1) }
	}
	tests := []struct {
		name  string
		reply func(received) string
		want  string // the line in the chat
		cause string // or part of why there is a notice
	}{
		{"text", text("hello"), "hello", ""},
		{"two thousand and forty-eight bytes", text(strings.Repeat("a", 2048)), strings.Repeat("a", 2048), ""},
		{"one more", text(strings.Repeat("a", 2049)), "", "2049 bytes"},
		{"683 characters are too many", text(strings.Repeat("月", 683)), "", "2049 bytes"},
		{"empty text", text(""), "", "Content"},
		{"split end mark", text("a]]]]><![CDATA[>b"), "a]]>b", ""},
		{"control character", text("a\x01b"), "", "no XML"},
		{"not UTF-8", text("a\xffb"), "", "no XML"},
		{"byte order mark", func(r received) string { return "\ufeff" + hello(r) }, "", "must begin with <xml>"},
		{"declaration", func(r received) string { return `<?xml version="1.0"?>` + hello(r) }, "", "must begin with <xml>"},
		{"something behind", func(r received) string { return hello(r) + "x" }, "", "after </xml>"},
		{"second root", func(r received) string { return hello(r) + "<xml></xml>" }, "", "after </xml>"},
		{"line feed behind", func(r received) string { return hello(r) + "\n" }, "hello", ""},
		{"unclosed", swap("</Content>", ""), "", "no XML"},
		{"wrong receiver", swap("<ToUserName><![CDATA[o", "<ToUserName><![CDATA[p"), "", "ToUserName"},
		{"wrong sender", swap("<FromUserName><![CDATA[gh", "<FromUserName><![CDATA[hg"), "", "FromUserName"},
		{"not swapped", func(r received) string {
			return strings.NewReplacer("ToUserName", "FromUserName", "FromUserName", "ToUserName").Replace(hello(r))
		}, "", "UserName"},
		{"no time", swap("1760000001", ""), "", "CreateTime"},
		{"a text with a date for a time", swap("1760000001", `"2026-03-02T09:00:00.5+08:00"`), "hello", ""},
		{"a text with a point in its time", swap("1760000001", "1760000001.5"), "hello", ""},
		{"a time in milliseconds", swap("1760000001", "1760000001123"), "hello", ""},
		{"blanks around the time", swap("1760000001", " 1760000001\n"), "hello", ""},
		{"news with a date for a time", func(r received) string {
			return strings.Replace(replyTo(r, news(1, 1)), "1760000001", "2026-03-02T09:00:00+08:00", 1)
		}, "", "CreateTime"},
		{"a transfer with a date for a time", func(r received) string {
			return strings.Replace(replyTo(r, "<MsgType>transfer_customer_service</MsgType>"), "1760000001", "now", 1)
		}, "", "CreateTime"},
		{"blanks and line breaks in front", func(r received) string { return " \t\r\n    " + hello(r) }, "hello", ""},
		{"text in front", func(r received) string { return "ok " + hello(r) }, "", "must begin with <xml>"},
		{"another blank in front", func(r received) string { return "\u3000" + hello(r) }, "", "must begin with <xml>"},
		{"a byte order mark behind a line break", func(r received) string { return "\n\ufeff" + hello(r) }, "", "must begin with <xml>"},
		{"unknown type", rest("<MsgType>card</MsgType>"), "", "MsgType"},
		{"upper-case type", rest("<MsgType>TEXT</MsgType><Content>a</Content>"), "", "MsgType"},
		{"extra element", rest("<MsgType>text</MsgType><Content>a</Content><FuncFlag>0</FuncFlag>"), "a", ""},
		{"no CDATA", rest("<MsgType>text</MsgType><Content>a &amp; b</Content>"), "a & b", ""},
		{"image", rest("<MsgType>image</MsgType><Image><MediaId>pic</MediaId></Image>"), "[image pic]", ""},
		{"image without box", rest("<MsgType>image</MsgType><MediaId>pic</MediaId>"), "", "Image"},
		{"unknown media", rest("<MsgType>image</MsgType><Image><MediaId>nope</MediaId></Image>"), "", "unknown"},
		{"no media id", rest("<MsgType>image</MsgType><Image></Image>"), "", "missing"},
		{"wrong kind of media", rest("<MsgType>voice</MsgType><Voice><MediaId>pic</MediaId></Voice>"), "", "want voice"},
		{"voice", rest("<MsgType>voice</MsgType><Voice><MediaId>speech</MediaId></Voice>"), "[voice speech]", ""},
		{"video", rest("<MsgType>video</MsgType><Video><MediaId>film</MediaId><Title>t</Title></Video>"), `[video film "t"]`, ""},
		{"music", rest("<MsgType>music</MsgType><Music><Title>t</Title><MusicUrl>u</MusicUrl><ThumbMediaId>pic</ThumbMediaId></Music>"), `[music "t" u]`, ""},
		{"music without thumb", rest("<MsgType>music</MsgType><Music><Title>t</Title></Music>"), `[music "t"]`, ""},
		{"music with an unknown thumb", rest("<MsgType>music</MsgType><Music><ThumbMediaId>x</ThumbMediaId></Music>"), "", "ThumbMediaId"},
		{"news", rest(news(1, 1)), `[news "t1" u1]`, ""},
		{"news without count", rest(strings.Replace(news(1, 1), "ArticleCount", "Count", 2)), "", "ArticleCount"},
		{"wrong count", rest(news(2, 1)), "", "ArticleCount"},
		{"no articles", rest(news(0, 0)), "", "no item"},
		{"transfer", rest("<MsgType>transfer_customer_service</MsgType>"), "[transfer]", ""},
		{"transfer to one", rest("<MsgType>transfer_customer_service</MsgType><TransInfo><KfAccount>a@b</KfAccount></TransInfo>"), "[transfer a@b]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.push("media", sim.Image("pic"))
			w.push("media", sim.Voice("speech", ""))
			w.push("media", sim.Video("film"))
			w.answers(func(r received) (int, string) { return 200, tt.reply(r) })
			d := w.push("amy", sim.Text("hi"))
			require.Len(t, d.Attempts, 1, "a malformed answer is not asked for again")
			if tt.cause != "" {
				require.Equal(t, sim.Notice, d.Notice)
				require.Contains(t, d.Cause, tt.cause)
				return
			}
			require.Empty(t, d.Cause)
			require.Equal(t, tt.want, d.Reply.String())
		})
	}
}

func news(count, items int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<MsgType>news</MsgType><ArticleCount>%d</ArticleCount><Articles>", count)
	for i := range items {
		fmt.Fprintf(&b, "<item><Title>t%d</Title><Description>d</Description><PicUrl>p</PicUrl><Url>u%d</Url></item>", i+1, i+1)
	}
	return b.String() + "</Articles>"
}

func TestNewsAfterAMessageShowsOneArticle(t *testing.T) {
	w := newWorld(t)
	w.answers(func(r received) (int, string) { return 200, replyTo(r, news(10, 10)) })
	d := w.push("amy", sim.Text("hi"))
	require.Len(t, d.Reply.Articles, 1)
	require.Equal(t, 9, d.Reply.Dropped)
	require.Equal(t, "t1", d.Reply.Articles[0].Title)
	d = w.push("amy", sim.Click("K"))
	require.Len(t, d.Reply.Articles, 8)
	require.Equal(t, 2, d.Reply.Dropped)
}

func TestMediaAreOverAfterThreeDays(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Image("pic"))
	w.answers(func(r received) (int, string) {
		return 200, replyTo(r, "<MsgType>image</MsgType><Image><MediaId>pic</MediaId></Image>")
	})
	w.p.MoveClock(72*time.Hour - time.Second)
	require.NotNil(t, w.push("amy", sim.Text("hi")).Reply)
	w.p.MoveClock(time.Second)
	require.Equal(t, sim.Notice, w.push("amy", sim.Text("hi")).Notice)
}
