package wechat_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestSplitText(t *testing.T) {
	const family = "👨‍👩‍👧‍👦" // 25 bytes
	tests := []struct {
		name  string
		in    string
		limit int
		want  []string
	}{
		{"empty", "", 8, nil},
		{"fits", "12345678", 8, []string{"12345678"}},
		{"one over", "123456789", 8, []string{"12345678", "9"}},
		{"character border", "茶茶茶", 8, []string{"茶茶", "茶"}},
		{"emoji", "abc😀😀", 8, []string{"abc😀", "😀"}},
		{"family", "abcdefgh" + family + "z", 32, []string{"abcdefgh", family + "z"}},
		{"flags", "a🇨🇳🇨🇳", 16, []string{"a🇨🇳", "🇨🇳"}},
		{"skin tone", "abcde👍🏽", 9, []string{"abcde", "👍🏽"}},
		{"the darkest and the lightest skin", "abcd👍🏻👍🏿", 16, []string{"abcd👍🏻", "👍🏿"}},
		{"the lightest last", "abcd👍🏿👍🏻", 16, []string{"abcd👍🏿", "👍🏻"}},
		{"flags of the first and the last letter", "a🇦🇿🇿🇦", 16, []string{"a🇦🇿", "🇿🇦"}},
		{"half flags beside what is none", "abcd\U0001F1FF\U0001F1FF\U0001F200\U0001F200", 16, []string{"abcd\U0001F1FF\U0001F1FF\U0001F200", "\U0001F200"}},
		{"squares that are no flags", "abcd\U0001F200\U0001F200", 8, []string{"abcd\U0001F200", "\U0001F200"}},
		{"the flag of a country in a country", "ab🏴\U000E0067\U000E0062\U000E007F", 16, []string{"ab", "🏴\U000E0067\U000E0062\U000E007F"}},
		{"accent", "abcdefge\u0301", 8, []string{"abcdefg", "e\u0301"}},
		{"no border in reach", strings.Repeat("e\u0301", 1) + strings.Repeat("\u0301", 60), 90, []string{"e" + strings.Repeat("\u0301", 44), strings.Repeat("\u0301", 17)}},
		{"line break", "abcdefg\r\nz", 8, []string{"abcdefg", "\r\nz"}},
		{"cleaned first", "ab\x00\xffcdefgh", 8, []string{"ab\ufffdcde", "fgh"}},
		{"tiny limit", "茶a", 1, []string{"茶a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, wechat.SplitText(tt.in, tt.limit))
		})
	}
}

func TestSplitTextWhereReadersMindLeast(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	link := `<a href="https://example.com/very/long/path">click here please</a>`
	tests := []struct {
		name  string
		in    string
		limit int
		want  []string
	}{
		{"a link across the end", x(60) + link + " tail", 100, []string{x(60), link + " tail"}},
		{"a link that ends at the end", x(100-len(link)) + link + "tail", 100, []string{x(100-len(link)) + link, "tail"}},
		{"a link that begins at the end", x(100) + link, 100, []string{x(100), link}},
		{"the text of a link", x(100-len(link)+8) + link, 100, []string{x(100 - len(link) + 8), link}},
		{"capitals", x(60) + strings.ToUpper(link), 100, []string{x(60), strings.ToUpper(link)}},
		{"a link of a mini program", x(60) + `<a data-miniprogram-appid="wx1" href="u">茶</a>`, 80, []string{x(60), `<a data-miniprogram-appid="wx1" href="u">茶</a>`}},
		{"two links", link + link, 100, []string{link, link}},
		{"a link with a bold part", x(60) + "<a href=\"u\">1 < 2 <b>x</b></a>z", 80, []string{x(60), "<a href=\"u\">1 < 2 <b>x</b></a>z"}},
		{"no blank inside of a link", x(90) + "<a href=\"u\">a b c d e f</a>", 105, []string{x(90), "<a href=\"u\">a b c d e f</a>"}},
		{"a link longer than a part", `<a href="` + x(20) + `">z</a>`, 16, []string{`<a href="` + x(7), x(13) + `">z`, `</a>`}},
		{"a tag that is none", x(98) + "<article>", 100, []string{x(98) + "<a", "rticle>"}},
		{"a text that ends as a link begins", x(99) + "<a", 100, []string{x(99) + "<", "a"}},
		{"the end of a link that began as another tag", x(95) + "<b c></a>", 100, []string{x(95) + "<b ", "c></a>"}},
		{"the end of a link that began as a longer tag", x(95) + "<abbr></a>", 100, []string{x(95) + "<abbr", "></a>"}},
		{"a link without an end", x(95) + `<a href="u">z`, 100, []string{x(95) + `<a `, `href="u">z`}},
		{"a blank", x(90) + " hello world", 100, []string{x(90) + " hello ", "world"}},
		{"the last blank", x(89) + " a b c d e f", 100, []string{x(89) + " a b c d e ", "f"}},
		{"an ideographic blank", x(90) + "　茶茶茶茶", 100, []string{x(90) + "　", "茶茶茶茶"}},
		{"a blank far away, in front of a word", x(60) + " " + x(90), 100, []string{x(60) + " ", x(90)}},
		{"a word longer than a part", x(60) + " " + x(101), 100, []string{x(60) + " " + x(39), x(62)}},
		{"a word between characters", strings.Repeat("茶", 31) + "hello茶茶", 96, []string{strings.Repeat("茶", 31), "hello茶茶"}},
		{"an address between characters", strings.Repeat("茶", 25) + "https://example.com/a?b=c&d=e茶", 96, []string{strings.Repeat("茶", 25), "https://example.com/a?b=c&d=e茶"}},
		{"an address in Korean", strings.Repeat("차 ", 20) + "안녕하세요 여러분", 96, []string{strings.Repeat("차 ", 20) + "안녕하세요 ", "여러분"}},
		{"no mark at a line's begin", strings.Repeat("茶", 32) + "，茶", 96, []string{strings.Repeat("茶", 31), "茶，茶"}},
		{"no bracket at a line's end", strings.Repeat("茶", 31) + "（茶）", 96, []string{strings.Repeat("茶", 31), "（茶）"}},
		{"to the brim", strings.Repeat("茶", 40), 96, []string{strings.Repeat("茶", 32), strings.Repeat("茶", 8)}},
		{"Thai, which writes no blanks", strings.Repeat("ชา", 40), 96, []string{strings.Repeat("ชา", 16), strings.Repeat("ชา", 16), strings.Repeat("ชา", 8)}},
		{"a link behind a blank and a word", x(50) + " y" + link, 100, []string{x(50) + " ", "y" + link}},
		{"begins of links without an end", strings.Repeat("<a ", 40), 100, []string{strings.Repeat("<a ", 33), strings.Repeat("<a ", 7)}},
		{"letters of several code points", strings.Repeat("\u1100\u1161\u11a8", 12), 104, []string{strings.Repeat("\u1100\u1161\u11a8", 11), "\u1100\u1161\u11a8"}},
		{"several blanks go with what is before", x(90) + "   hello-world", 100, []string{x(90) + "   ", "hello-world"}},
		{"a line end before a later blank", x(90) + "\na b c d e f g", 100, []string{x(90) + "\n", "a b c d e f g"}},
		{"a paragraph before a later line end", x(89) + "\n\na\nb\nc d e f", 100, []string{x(89) + "\n\n", "a\nb\nc d e f"}},
		{"a sentence before a later blank", x(90) + ". a b c d e f", 100, []string{x(90) + ". ", "a b c d e f"}},
		{"a Chinese sentence", x(88) + "好。茶茶茶茶", 100, []string{x(88) + "好。", "茶茶茶茶"}},
		{"its quotation mark", x(85) + "好。”茶茶茶茶", 100, []string{x(85) + "好。”", "茶茶茶茶"}},
		{"no sentence in a number", x(90) + "3.141592653589", 100, []string{x(90) + "3.14159265", "3589"}},
		{"already at a blank", x(99) + " hello", 100, []string{x(99) + " ", "hello"}},
		{"at a word's end", x(90) + " hello you there", 96, []string{x(90) + " ", "hello you there"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, wechat.SplitText(tt.in, tt.limit))
			require.Equal(t, tt.in, strings.Join(tt.want, ""))
		})
	}
}

func FuzzSplitText(f *testing.F) {
	f.Add("茶😀👨‍👩‍👧‍👦🇨🇳e\u0301\x00\xff", 8)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 4 + int(uint(limit)%4096)
		parts := wechat.SplitText(s, limit)
		require.Equal(t, wechat.Clean(s), strings.Join(parts, ""))
		at, whole := 0, characters(wechat.Clean(s), limit)
		for _, p := range parts {
			require.NotEmpty(t, p)
			require.LessOrEqual(t, len(p), limit)
			require.True(t, utf8.ValidString(p))
			at += len(p)
			require.False(t, whole[at], "a character that fits into a part is torn at %d", at)
		}
	})
}

// characters says of each place whether it is inside of a character that has at most limit bytes.
func characters(s string, limit int) map[int]bool {
	inside, at := map[int]bool{}, 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		n := len(g.Str())
		for i := 1; i < n && n <= limit; i++ {
			inside[at+i] = true
		}
		at += n
	}
	return inside
}
