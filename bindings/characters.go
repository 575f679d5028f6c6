package bindings

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// maxCharacter is how many bytes a character may have: what somebody piles up on a letter beyond that begins another.
const maxCharacter = 1 << 10

// characters walks over a text character by character, as people count them (grapheme clusters, UAX #29), and charges
// the turn for it.
type characters struct {
	c     call
	s     string
	at    int // where the character ends that next has found
	width int // its columns
	owed  int // steps not charged so far
}

func (c call) characters(s string) *characters { return &characters{c: c, s: s} }

// next goes on to the end of the next character; false at the end of the text.
func (x *characters) next() bool {
	if x.at == len(x.s) {
		x.charge(1)
		return false
	}
	rest := x.s[x.at:]
	r, size := utf8.DecodeRuneInString(rest)
	if width := aloneWidth(r); width > 0 && (size == len(rest) || standsAlone(rest[size:])) {
		x.at, x.width = x.at+size, width
		x.owe(1)
		return true
	}
	window := cutText(rest, maxCharacter)
	if window == "" {
		window = rest[:1] // no UTF-8
	}
	one, _, width, _ := uniseg.FirstGraphemeClusterInString(window, -1)
	x.at, x.width = x.at+len(one), width
	x.owe(2 + len(one))
	return true
}

// reach goes on to the first end of a character at a place or behind it.
func (x *characters) reach(place int) {
	for x.at < place && x.next() {
	}
}

// owe charges for a few characters at once.
func (x *characters) owe(steps int) {
	if x.owed += steps; x.owed >= 500 {
		x.charge(0)
	}
}

func (x *characters) charge(more int) {
	x.c.turn.Steps(x.c.L, x.owed+more)
	x.owed = 0
}

// aloneWidth is how many columns a character has that joins with none of its kind: printable ASCII, Chinese, Japanese
// syllables, their punctuation and full width. It is 0 for all others.
func aloneWidth(r rune) int {
	switch {
	case 0x20 <= r && r < 0x7F:
		return 1
	case 0x4E00 <= r && r <= 0x9FFF, 0x3400 <= r && r <= 0x4DBF, 0x3000 <= r && r <= 0x3029, 0x3041 <= r && r <= 0x3096, 0xFF01 <= r && r <= 0xFF60:
		return 2
	}
	return 0
}

// standsAlone reports whether a text begins with a character that joins with none of its kind.
func standsAlone(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return aloneWidth(r) > 0
}
