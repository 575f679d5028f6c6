package wechat_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"clean", "茶 tea 😀\t\r\n", "茶 tea 😀\t\r\n"},
		{"every control character", "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x1f!", "!"},
		{"DEL is allowed", "a\x7fb", "a\x7fb"},
		{"late in a long text", strings.Repeat("a", 100) + "\x02" + strings.Repeat("b", 100), strings.Repeat("a", 100) + strings.Repeat("b", 100)},
		{"a run of broken bytes is one", "a\xff\xfe\xfdb", "a\ufffdb"},
		{"two runs are two", "\xffa\xff", "\ufffda\ufffd"},
		{"a character cut in two", "茶"[:2], "\ufffd"},
		{"surrogates", "\xed\xa0\x80", "\ufffd"},
		{"the replacement character itself", "\ufffd\ufffd", "\ufffd\ufffd"},
		{"noncharacters", "a\ufdd0\ufffe\uffffb", "ab"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, wechat.Clean(tt.in))
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x00b\xff茶\ufffe")
	f.Fuzz(func(t *testing.T, s string) {
		got := wechat.Clean(s)
		require.True(t, utf8.ValidString(got))
		require.Equal(t, got, wechat.Clean(got))
		// The slow and obvious way.
		want := strings.Map(func(r rune) rune {
			if r < 0x20 && !strings.ContainsRune("\t\r\n", r) || r == 0xFDD0 || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, "\ufffd"))
		require.Equal(t, want, got)
		if strings.IndexFunc(s, func(r rune) bool { return r < 0x20 || r > 0x7e }) < 0 {
			require.Equal(t, s, got)
		}
	})
}

// TestACleanStringComesBackAsItIs makes no copy.
func TestACleanStringComesBackAsItIs(t *testing.T) {
	for _, s := range []string{"", "tea", strings.Repeat("tea ", 100), strings.Repeat("茶", 100) + "\t\r\n"} {
		require.Zero(t, testing.AllocsPerRun(10, func() { wechat.Clean(s) }), "%q", s)
	}
}
