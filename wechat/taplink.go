package wechat

import (
	"strings"
	"unicode"
)

// A tap link is a link in a text that makes its reader say something: a tap on it arrives as a text message of the fan,
// with the link's id as bizmsgmenuid. Phones read percent signs in what is said, and take everything else as it stands.
const (
	tapScheme = `<a href="weixin://`
	tapHost   = "bizmsgmenu"
	tapSaid   = "?msgmenucontent="
	tapID     = "&msgmenuid="
	tapLabel  = `">`
	tapEnd    = "</a>"
)

// TapLink makes a tap link. Nothing in label or said can end the link or begin another: in the label, brackets become
// full-width ones and line ends blanks.
func TapLink(label, said, id string) string {
	var b strings.Builder
	b.WriteString(tapScheme + tapHost + tapSaid)
	percent(&b, said)
	b.WriteString(tapID)
	percent(&b, id)
	b.WriteString(tapLabel)
	b.WriteString(bare(label))
	b.WriteString(tapEnd)
	return b.String()
}

// percent writes s as it may stand in a query: marks of ASCII and blanks as %XX.
func percent(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for _, r := range Clean(s) {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
			b.WriteRune(r)
		case r > unicode.MaxASCII && unicode.IsGraphic(r) && !unicode.IsSpace(r):
			b.WriteRune(r)
		default:
			for _, c := range []byte(string(r)) {
				b.WriteByte('%')
				b.WriteByte(hex[c>>4])
				b.WriteByte(hex[c&15])
			}
		}
	}
}

// bare is a label without what could be markup.
func bare(label string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '<':
			return '＜'
		case r == '>':
			return '＞'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, Clean(label))
}
