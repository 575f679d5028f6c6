package wechat

import (
	"unicode"
	"unicode/utf8"
)

// SplitText cuts a text into parts of at most limit bytes: at the end of a paragraph, line or sentence, or
// at a blank, where the last eighth of a part has one (see breakpoint.go), else between characters as fans
// see them: an emoji of several code points stays whole as long as it is shorter than 64 bytes. A link,
// <a …>…</a>, that fits into one part stays whole. The text is cleaned first; the parts joined are the
// clean text. An empty text has no parts. A limit below 4 counts as 4, the longest code point.
func SplitText(s string, limit int) []string {
	limit = max(limit, utf8.UTFMax)
	s = Clean(s)
	var parts []string
	for len(s) > limit {
		n := breakpoint(s, limit)
		parts = append(parts, s[:n])
		s = s[n:]
	}
	if s != "" {
		parts = append(parts, s)
	}
	return parts
}

// cut is the last border in s at or before limit.
func cut(s string, limit int) int {
	const longest = 64 // bytes to look back; a family emoji has 25
	end := limit
	for !utf8.RuneStart(s[end]) {
		end--
	}
	for n := end; n > 0 && n > end-longest; {
		if border(s, n) {
			return n
		}
		_, size := utf8.DecodeLastRuneInString(s[:n])
		n -= size
	}
	return end
}

// border reports whether the code points around n are two characters to a reader.
func border(s string, n int) bool {
	next, _ := utf8.DecodeRuneInString(s[n:])
	last, _ := utf8.DecodeLastRuneInString(s[:n])
	switch {
	case joins(next), last == joiner:
		return false
	case last == '\r' && next == '\n':
		return false
	case regional(next) && regional(last):
		return flagsBefore(s[:n])%2 == 0
	}
	return true
}

const joiner = '\u200D'

// joins reports whether r belongs to the character before it: marks, variation selectors, joiners,
// skin tones and the letters of tag sequences.
func joins(r rune) bool {
	return r == joiner || unicode.Is(unicode.M, r) ||
		0x1F3FB <= r && r <= 0x1F3FF || 0xE0020 <= r && r <= 0xE007F
}

// regional reports whether r is half of a flag.
func regional(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

// flagsBefore counts the halves of flags at the end of s, as far as they matter.
func flagsBefore(s string) int {
	n := 0
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !regional(r) {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n
}
