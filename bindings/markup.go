package bindings

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostOpen is how many < may wait for their end; what comes beyond is left out, as nobody means it.
const mostOpen = 1_000

// withoutMarkup takes tags off, and makes sure that none can come about: neither of what is left around one that went,
// nor with what somebody puts behind the text. Its time is linear.
func withoutMarkup(s string) string {
	if !strings.ContainsRune(s, '<') {
		return s
	}
	out := make([]byte, 0, len(s))
	var open []int // places of < in out that could begin a tag
	for i := range len(s) {
		switch {
		case s[i] == '<' && len(open) == mostOpen:
			continue
		case s[i] == '<':
			open = append(open, len(out))
		case s[i] == '>':
			var tag []byte
			if tag, open = endedTag(out, open); tag != nil {
				out = append(out[:len(out)-len(tag)], lineBreak(tag)...)
				continue
			}
		}
		out = append(out, s[i])
	}
	return withoutOpen(out, open)
}

// endedTag is the tag that a > would end here, and the places that are left open.
func endedTag(out []byte, open []int) (tag []byte, left []int) {
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if beginsTag(out[at+1:]) {
			return out[at:], open
		}
	}
	return nil, open
}

// beginsTag reports whether what follows a < makes a tag of it. Blanks and what nobody sees may stand before its name.
func beginsTag(after []byte) bool {
	for _, r := range string(after[:min(len(after), 64)]) {
		if decides, tag := tagName(r); decides {
			return tag
		}
	}
	return true // nothing that shows, or more blanks than anybody means
}

// tagName says of the first character that shows behind a < whether a tag begins with it.
func tagName(r rune) (decides, tag bool) {
	letter := 'a' <= r|0x20 && r|0x20 <= 'z'
	if letter || r == '/' || r == '!' || r == '?' {
		return true, true
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r), false
}

// lineBreak is what is left of a tag: <br> ends a line.
func lineBreak(tag []byte) string {
	if len(tag) < 8 && strings.EqualFold(strings.Trim(string(tag), "< /"), "br") {
		return "\n"
	}
	return ""
}

// withoutOpen drops each < of a tag that never ended: whatever comes behind the text could end it. It goes backwards, as
// what is dropped brings another < before what follows.
func withoutOpen(out []byte, open []int) string {
	begins := true
	dropped := make(map[int]bool, len(open))
	for end := len(out); end > 0 && len(open) > 0; {
		r, size := utf8.DecodeLastRune(out[:end])
		end -= size
		if open[len(open)-1] == end {
			open = open[:len(open)-1]
			if dropped[end] = begins; begins {
				continue
			}
		}
		if decides, tag := tagName(r); decides {
			begins = tag
		}
	}
	var b strings.Builder
	for i, c := range out {
		if c != '<' || !dropped[i] {
			b.WriteByte(c)
		}
	}
	return b.String()
}
