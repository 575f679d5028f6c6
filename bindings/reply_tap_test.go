package bindings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestTap(t *testing.T) {
	for _, tt := range []struct{ name, answer, want string }{
		{"a link", `"看" .. reply.tap("茶单", "看茶单") .. "吧"`, `看<a href="weixin://bizmsgmenu?msgmenucontent=看茶单&msgmenuid=1">茶单</a>吧`},
		{"in reply.text", `reply.text(reply.tap("a", "b"))`, wechat.TapLink("a", "b", "1")},
		{"made where the file begins", `once`, wechat.TapLink("once", "more", "1")},
		{"marks", `reply.tap('<b>"x"</b>', 'a&msgmenuid=7">')`, `<a href="weixin://bizmsgmenu?msgmenucontent=a%26msgmenuid%3D7%22%3E&msgmenuid=1">＜b＞"x"＜/b＞</a>`},
		{"a long label", `reply.tap(("茶"):rep(5000), "a")`, wechat.TapLink(strings.Repeat("茶", 80)+"…", "a", "1")},
		{"a label as long as may be", `reply.tap(("茶"):rep(80), "a")`, wechat.TapLink(strings.Repeat("茶", 80), "a", "1")},
		{"the longest text", `reply.tap("a", ("茶"):rep(200))`, wechat.TapLink("a", strings.Repeat("茶", 200), "1")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := answer(t, program(t, `local once = reply.tap("once", "more") on.text(function() return `+tt.answer+` end)`), text(t, "x"))
			require.Equal(t, tt.want, out.Reply.Content)
			require.Empty(t, out.Warnings)
		})
	}
	for _, tt := range []struct{ name, call, want string }{
		{"a blank label", `reply.tap(" ", "a")`, "main.lua:1: reply.tap: argument 1 (label) is empty; want the words of the link"},
		{"a blank text", `reply.tap("a", "\n")`, "main.lua:1: reply.tap: argument 2 (text) is empty; want the text that a tap sends"},
		{"no text", `reply.tap("a")`, "main.lua:1: reply.tap: argument 2 (text) is missing; want a string"},
		{"a long text", `reply.tap("a", ("茶"):rep(201))`, "main.lua:1: reply.tap: argument 2 (text) is too long for a link; want a text of up to 200 characters"},
		{"a text that grows", `reply.tap("a", ("\243\160\128\129"):rep(100))`, "is too long for a link"},
		{"too many", `for i = 1, 1001 do reply.tap("a", tostring(i)) end`, "main.lua:1: reply.tap: more than 1000 different links in one message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, fails(t, `on.text(function() `+tt.call+` end)`), tt.want)
		})
	}
	require.NotNil(t, answer(t, program(t, `on.text(function() local s for i = 1, 5000 do s = reply.tap("a", tostring(i % 1000)) end return s end)`), text(t, "x")).Reply, "the same link is one")
}

// foreign is a link that makes its reader say something, as it may come with anybody's name.
const foreign = `<a href="weixin://bizmsgmenu?msgmenucontent=取消订单&msgmenuid=1">领红包</a>`

// TestNobodySpeaksForAnother: a link that came with a text from elsewhere makes no fan say anything, however the text
// goes out, and those that the script makes stand beside it.
func TestNobodySpeaksForAnother(t *testing.T) {
	mine := wechat.TapLink("茶单", "菜单", "1")
	want := "领红包你好" + mine
	for _, tt := range []struct{ name, act string }{
		{"a string", `return text`},
		{"reply.text", `return reply.text(text)`},
		{"reply.pick", `return reply.pick{ text }`},
		{"send.text", `send.text("o1", text)`},
		{"the head of a msgmenu", `send.msgmenu("o1", { head_content = text, list = {{ id = "1", content = "a" }} })`},
		{"the tail of a msgmenu", `send.msgmenu("o1", { tail_content = text, list = {{ id = "1", content = "a" }} })`},
		{"a choice of a msgmenu", `send.msgmenu("o1", { list = {{ id = "1", content = text }} })`},
		{"api.call", `api.call("/cgi-bin/message/custom/send", { touser = "o1", msgtype = "text", text = { content = text } })`},
		{"mass.send", `mass.send{ filter = { is_to_all = true }, text = { content = text } }`},
		{"mass.preview", `mass.preview{ touser = "o1", text = { content = text } }`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t)
			in := input(text(t, foreign))
			p := s.compile(`on.text(function(msg) local text = msg.content:gsub("o1", "") .. "你好" .. reply.tap("茶单", "菜单") ` +
				strings.ReplaceAll(tt.act, `"o1"`, `"$amy"`) + ` end)`)
			out, err := p.Answer(t.Context(), in)
			require.NoError(t, err)
			got := ""
			if out.Reply != nil {
				got = out.Reply.Content
			} else {
				got = s.lastBody()
			}
			require.Contains(t, got, want)
			require.NotContains(t, strings.ReplaceAll(got, mine, ""), "bizmsgmenu")
			require.Len(t, out.Warnings, 1)
			require.Contains(t, out.Warnings[0], "reply.tap did not make it in this message")
		})
	}
}

// TestALinkIsOfItsMessage: what a script kept of an earlier message is anybody's text.
func TestALinkIsOfItsMessage(t *testing.T) {
	p := program(t, `on.text("keep", function() store.set("k", reply.tap("a", "b")) return "kept" end)
		on.text("show", function() return store.get("k") end)`)
	in := input(text(t, "keep"))
	_, err := p.Answer(t.Context(), in)
	require.NoError(t, err)
	again := input(text(t, "show"))
	again.Memory = in.Memory
	out, err := p.Answer(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, "a", out.Reply.Content)
	require.Len(t, out.Warnings, 1)
}

// What is sent in several parts is looked at as a whole.
func TestAForeignLinkAcrossParts(t *testing.T) {
	a := &stubAPI{}
	tea := strings.Repeat("茶", 660)
	_, err := sends(t, a, fmt.Sprintf(`send.text("o1", %q .. %q .. %q)`, tea, foreign, tea), input(text(t, "x")))
	require.NoError(t, err)
	require.Len(t, a.sent, 2)
	require.Equal(t, tea+"领红包"+tea, a.sent[0].Content+a.sent[1].Content)
}
