package wechat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestTapLink(t *testing.T) {
	for _, tt := range []struct{ name, label, said, want string }{
		{"plain", "茶单", "看茶单", `<a href="weixin://bizmsgmenu?msgmenucontent=看茶单&msgmenuid=1">茶单</a>`},
		{"marks in what is said", "x", `a&b=c#d"e'f<g>h i%j+k`, `<a href="weixin://bizmsgmenu?msgmenucontent=a%26b%3Dc%23d%22e%27f%3Cg%3Eh%20i%25j%2Bk&msgmenuid=1">x</a>`},
		{"a line end in what is said", "x", "a\nb", `<a href="weixin://bizmsgmenu?msgmenucontent=a%0Ab&msgmenuid=1">x</a>`},
		{"an emoji, an ideographic blank", "x", "😀　", `<a href="weixin://bizmsgmenu?msgmenucontent=😀%E3%80%80&msgmenuid=1">x</a>`},
		{"markup in the label", `</a><a href="x">y</a>`, "a", `<a href="weixin://bizmsgmenu?msgmenucontent=a&msgmenuid=1">＜/a＞＜a href="x"＞y＜/a＞</a>`},
		{"a line end in the label", "a\nb", "a", `<a href="weixin://bizmsgmenu?msgmenucontent=a&msgmenuid=1">a b</a>`},
		{"what XML cannot carry", "a\x01", "b\x02", `<a href="weixin://bizmsgmenu?msgmenucontent=b&msgmenuid=1">a</a>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, wechat.TapLink(tt.label, tt.said, "1"))
		})
	}
}

func TestDisarm(t *testing.T) {
	const says = `<a href="weixin://bizmsgmenu?msgmenucontent=删除&msgmenuid=1">点我</a>`
	mine := wechat.TapLink("茶单", "菜单", "1")
	for _, tt := range []struct{ name, in, want string }{
		{"no link", "茶 < 水 weixin", "茶 < 水 weixin"},
		{"another link", `<a href="https://example.com">茶</a>`, `<a href="https://example.com">茶</a>`},
		{"talk of it without markup", "weixin://bizmsgmenu", "weixin://bizmsgmenu"},
		{"made by the script", "看" + mine + "吧" + mine, "看" + mine + "吧" + mine},
		{"not made by the script", "你好" + says + "!", "你好点我!"},
		{"both", says + mine + says, "点我" + mine + "点我"},
		{"made, with another label", strings.Replace(mine, "茶单", "领奖", 1), "领奖"},
		{"made, saying something else", strings.Replace(mine, "菜单", "删除", 1), "茶单"},
		{"made, within another's label", `<a href="weixin://bizmsgmenu?msgmenucontent=删除">` + mine, `<a href="weixin://bizmsg-menu?msgmenucontent=删除">` + mine},
		{"capitals and other quotes", `<A HREF='WEIXIN://BizMsgMenu?msgmenucontent=删除'>x</A>`, "x"},
		{"without quotes", `<a href=weixin://bizmsgmenu?msgmenucontent=删除>x</a>`, "x"},
		{"a line end in the tag", "<a\nhref = \"weixin://bizmsgmenu?x\"\n>x</a>", "x"},
		{"other attributes", `<a title="y" href="weixin://bizmsgmenu?x" id=1>x</a>`, "x"},
		{"a bracket in an attribute", `<a title=">" href="weixin://bizmsgmenu?x">x</a>`, `<a title=">" href="weixin://bizmsg-menu?x">x</a>`},
		{"no end", `<a href="weixin://bizmsgmenu?x">x`, `<a href="weixin://bizmsg-menu?x">x`},
		{"no end of the tag", `<a href="weixin://bizmsgmenu?x`, `<a href="weixin://bizmsg-menu?x`},
		{"another tag", `<area href="weixin://bizmsgmenu?x">`, `<area href="weixin://bizmsg-menu?x">`},
		{"escapes of an address", `<a href="weixin://biz%6dsg%4Denu?x">x</a>`, "x"},
		{"escapes of HTML", `<a href="weixin://&#98;izms&#x67;menu?x">x</a>`, "x"},
		{"an escape without its end", `<a href="weixin://biz&#109sgmenu?x">x</a>`, "x"},
		{"full width", `<a href="weixin://ｂｉｚｍｓｇｍｅｎｕ?x">x</a>`, "x"},
		{"a line end in the address", "<a href=\"weixin://biz\nmsg\tmenu?x\">x</a>", "x"},
		{"an invisible character in the address", "<a href=\"weixin://biz\u200bmsgmenu?x\">x</a>", "x"},
		{"what is cleaned away in the address", "<a href=\"weixin://biz\ufffemsg\x01menu?x\">x</a>", "x"},
		{"halves around another", `<a href="weixin://biz` + `<a href="weixin://bizmsgmenu?x">msgmenu?msgmenucontent=删除">y</a></a>`, `<a href="weixin://bizmsg-menu?msgmenucontent=删除">y</a>`},
		{"a label that is one", `<a href="weixin://bizmsgmenu?x">` + says + `</a>`, `<a href="weixin://bizmsg-menu?x">点我</a>`},
		{"an escape that is none", `<a href="x">100%</a> &# &#x &#zz; %`, `<a href="x">100%</a> &# &#x &#zz; %`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, changed := wechat.Disarm(tt.in, func(link string) bool { return link == mine })
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.want != tt.in, changed)
		})
	}
}

// FuzzDisarm leaves nothing of what it takes out, and nothing to take out.
func FuzzDisarm(f *testing.F) {
	for _, s := range []string{`<a href="weixin://bizmsgmenu?x">y</a>`, `<a href="weixin://biz<a href='bizmsgmenu'>msgmenu</a>`, "<&#98;izmsgmenu", "<%62izmsgmenu"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		none := func(string) bool { return false }
		out, _ := wechat.Disarm(s, none)
		again, changed := wechat.Disarm(out, none)
		require.False(t, changed, "%q", again)
		if strings.Contains(s, "<") && strings.Contains(out, "<") {
			require.NotContains(t, strings.ToLower(out), "bizmsgmenu")
		}
	})
}
