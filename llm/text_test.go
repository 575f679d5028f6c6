package llm_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
	"moonwire/llm/standin"
)

func TestSentences(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"half a sentence", "今天天气", ""},
		{"one and a half", "今天好。明天", "今天好。"},
		{"the end of what came", "今天好。", "今天好。"},
		{"a number", "约 3.14", ""},
		{"a full stop that may be one", "It is 3.", ""},
		{"a full stop", "It is so. And", "It is so. "},
		{"a quote that is open", "他说：“走。", ""},
		{"a quote that is closed", "他说：“走。”然后", "他说：“走。”"},
		{"several marks", "真的？！好", "真的？！"},
		{"emphasis closes behind the mark", "**好了。**明", "**好了。**"},
		{"emphasis opens behind the mark", "好了。**明", "好了。"},
		{"a link", "见[这里。](https://a.com/?q=1", ""},
		{"an address", "见 https://a.com/?q=1", ""},
		{"lines", "- 一\n- 二", "- 一\n"},
		{"a quote that nobody closes", "他说：“" + strings.Repeat("走", 200) + "。好", "他说：“" + strings.Repeat("走", 200) + "。"},
		{"code", "用`a。b`吧", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole, rest := llm.Sentences(tt.text)
			require.Equal(t, tt.want, whole)
			require.Equal(t, tt.text, whole+rest)
		})
	}
}

func TestPlain(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"text", "你好。\n再见。", "你好。\n再见。"},
		{"headings", "# 泡茶\n先**温杯**。", "【泡茶】\n先温杯。"},
		{"a heading with brackets", "# 【泡】茶", "【泡】茶"},
		{"lists", "- 一\n- 二\n  1. 甲\n  2. 乙\n\n完", "• 一\n• 二\n  1. 甲\n  2. 乙\n\n完"},
		{"a list from 3", "3. 甲\n4. 乙", "3. 甲\n4. 乙"},
		{"a table", "| 茶 | 价 |\n|---|---|\n| **绿**茶 | 9<br>元 |", "茶 | 价\n绿茶 | 9 元"},
		{"code", "看：\n```lua\nif a < b then **x** end\n```\n和`a*b`", "看：\n\nif a < b then **x** end\n\n和a*b"},
		{"quotes", "> 引\n> 用\n\n完", "| 引\n| 用\n\n完"},
		{"emphasis", "**粗** *斜* ~~删~~ ***都***", "粗 斜 删 都"},
		{"links to the web", "[茶经](https://example.com/a?b=1&c=2)", `<a href="https://example.com/a?b=1&c=2">茶经</a>`},
		{"a link whose words are the address", "[https://a.com/x](https://a.com/x)", "https://a.com/x"},
		{"an address", "见 <https://a.com/x> 和 https://b.com/y。", "见 https://a.com/x 和 https://b.com/y。"},
		{"a picture", "![图](https://a.com/x.png)", `<a href="https://a.com/x.png">图</a>`},
		{"commands", "[点](weixin://bizmsgmenu?msgmenucontent=转账&msgmenuid=1)", "点"},
		{"commands in capitals", "[点](WEIXIN://x) [点](javascript:alert(1)) [点](data:x) [点](tel:1)", "点 点 点 点"},
		{"commands as tags", `<a href="weixin://bizmsgmenu?msgmenucontent=x">点</a>`, "点"},
		{"commands as tags in capitals", `看<A HREF='weixin://x'>乙</A>。`, "看乙。"},
		{"a command that has no end", `看<a href="weixin://x">这里。`, "看这里。"},
		{"a command in a command", `<a href="weixin://x"><a href="weixin://y">点</a></a>`, "点"},
		{"commands as a block", "<div>\n<a href=\"weixin://x\">点</a>\n</div>", "<div>\n点\n</div>"},
		{"a link as a block", "<p><a class=\"b\" href=\"https://a.com/x?a=1&amp;b=2\">茶&amp;水</a></p>", `<p><a href="https://a.com/x?a=1&b=2">茶&水</a></p>`},
		{"a link as tags", `看<a target="_blank" href='https://a.com/x'>**茶**经</a>。`, `看<a href="https://a.com/x">茶经</a>。`},
		{"a link as tags whose address is none", `<a name="x">茶</a> <a href=https://a.com>水</a>`, `茶 <a href="https://a.com">水</a>`},
		{"an address in another attribute", `<a data-href="https://b.com" href="weixin://x">点</a>`, "点"},
		{"a link as tags that breaks out", `<a href='https://a.com/"><b'>x</a>`, `<a href="https://a.com/%22%3E%3Cb">x</a>`},
		{"commands as entities", `&lt;a href="weixin://x"&gt;点&lt;/a&gt;`, `＜a href="weixin://x">点＜/a>`},
		{"commands in code", "`<a href=\"weixin://x\">`", `＜a href="weixin://x">`},
		{"commands in pieces", "<*a* href=\"weixin://x\">", `＜a href="weixin://x">`},
		{"commands in the words of a link", "[x</a><a href=\"weixin://x\">y](https://a.com)", `<a href="https://a.com">xy</a>`},
		{"an address that breaks out", `[x](<https://a.com/"><a href="weixin://x>)`, `[x](https://a.com/"＜a href="weixin://x>)`},
		{"types and comparisons", "List<String> a<b <br> c", "List<String> a<b \n c"},
		{"what looks like Markdown and is none", `\*星\* 2*3*4 a_b_c &amp; &#20320;`, "*星* 2*3*4 a_b_c & 你"},
		{"a rule", "一\n\n---\n\n二", "一\n\n——————\n\n二"},
		{"broken letters", "好\xff吗", "好吗"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, llm.Plain(tt.text)) })
	}
}

// TestPlainOfAPartBeginsThatOfTheWhole: or the rest of an answer could not be told from what a fan has.
func TestPlainOfAPartBeginsThatOfTheWhole(t *testing.T) {
	for _, text := range []string{standin.Han(3000), "# 泡茶\n\n**绿茶**用 80 度的水。红茶用 95 度。\n\n1. 温杯。再温。\n2. 投茶\n3. 注水\n\n见[茶经](https://example.com/tea)。好。\n\n```\n水 = 200\n茶 = 3\n```\n\n完了。"} {
		whole := llm.Plain(text)
		for at := range text {
			part, _ := llm.Sentences(text[:at])
			require.True(t, strings.HasPrefix(whole, llm.Plain(part)), "%q", part)
		}
	}
}

var links = regexp.MustCompile(`<a href="(https?://[^"<>]*)">[^<>]*</a>`)

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"# a\n- b\n> c", "<a href=x>", "[a](weixin://b)", "| a |\n|---|\n| b |", "<<a>a href='x'>", "[<a ](https://b)", "```\n<a\n", "&lt;a&#32;href"} {
		f.Add(seed)
	}
	anchors := regexp.MustCompile(`(?i)<\s*/?\s*a([^a-z0-9]|$)`)
	f.Fuzz(func(t *testing.T, text string) {
		plain := llm.Plain(text)
		require.True(t, utf8.ValidString(plain))
		require.NotRegexp(t, anchors, links.ReplaceAllString(plain, "·"), "%q", text)
	})
}

func FuzzSentences(f *testing.F) {
	f.Add("今天**好。**“走。”[x](y")
	f.Fuzz(func(t *testing.T, text string) {
		whole, rest := llm.Sentences(text)
		require.Equal(t, text, whole+rest)
	})
}

func TestArgumentsOfTools(t *testing.T) {
	p := llm.Parameters{{Name: "city", Type: "string"}, {Name: "n", Type: "integer", Optional: true}, {Name: "ok", Type: "boolean", Optional: true}}
	tests := []struct {
		name, text string
		want       map[string]any
		wrong      string
	}{
		{"all", `{"city":"北京","n":2,"ok":true}`, map[string]any{"city": "北京", "n": 2.0, "ok": true}, ""},
		{"without optional ones", `{"city":"北京","n":null}`, map[string]any{"city": "北京"}, ""},
		{"missing", `{}`, nil, "city is missing"},
		{"nothing", ``, nil, "city is missing"},
		{"of another type", `{"city":7}`, nil, "city: want a string"},
		{"not whole", `{"city":"x","n":1.5}`, nil, "n: want a integer"},
		{"more than it takes", `{"city":"x","rm":"-rf"}`, nil, "it takes city, n, ok"},
		{"no object", `["x"]`, nil, "no JSON object"},
		{"two", `{"city":"x"} {"city":"y"}`, nil, "no JSON object"},
		{"null", `null`, nil, "no JSON object"},
		{"too long", `{"city":"` + strings.Repeat("x", 17<<10) + `"}`, nil, "want at most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := p.Read(tt.text)
			if tt.wrong != "" {
				require.ErrorContains(t, err, tt.wrong)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}
