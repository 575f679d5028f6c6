package wechat_test

import (
	"strings"
	"testing"
	"unicode/utf8"

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

func FuzzSplitText(f *testing.F) {
	f.Add("茶😀👨‍👩‍👧‍👦🇨🇳e\u0301\x00\xff", 8)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 4 + int(uint(limit)%4096)
		parts := wechat.SplitText(s, limit)
		require.Equal(t, wechat.Clean(s), strings.Join(parts, ""))
		for _, p := range parts {
			require.NotEmpty(t, p)
			require.LessOrEqual(t, len(p), limit)
			require.True(t, utf8.ValidString(p))
		}
	})
}
