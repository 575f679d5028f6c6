package llm

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// maxLink is how many bytes the address of a link may have.
const maxLink = 1_000

// link writes a link to the web; of any other the words only.
func (p *plainWriter) link(n ast.Node, destination string) {
	inner := &plainWriter{source: p.source, cell: true}
	inner.inline(n)
	p.linkTo(inner, destination)
}

// linkTo writes a link whose words another has gathered.
func (p *plainWriter) linkTo(inner *plainWriter, destination string) {
	label := ""
	for _, piece := range inner.pieces() {
		if !piece.link { // a picture inside of a link
			label += piece.text
		}
	}
	label = strings.TrimSpace(label)
	address, ok := webAddress(destination)
	switch {
	case !ok:
		p.say(label)
	case label == "" || label == address || label == destination:
		p.say(address)
	default:
		p.written(`<a href="` + address + `">` + withoutTags(label) + `</a>`)
	}
}

// webAddress is an address of the web that fits between quotes.
func webAddress(s string) (string, bool) {
	s = strings.TrimSpace(unescaped([]byte(s)))
	u, err := url.Parse(s)
	if err != nil || len(s) > maxLink || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	var b strings.Builder
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ', c == 0x7f, strings.IndexByte("\"'<>\\`", c) >= 0:
			b.WriteString("%" + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// anchor is how a link's tag begins, or ends.
var anchor = regexp.MustCompile(`(?i)^<\s*/?\s*a(?:[^a-z0-9]|$)`)

// withoutAnchors makes of what would be a link something that looks like it and is none.
func withoutAnchors(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return s
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		if anchor.MatchString(s[at:]) {
			b.WriteString("＜")
		} else {
			b.WriteByte('<')
		}
		s = s[at+1:]
	}
}

// withoutTags is for the words of a link, in which no other may begin or end.
func withoutTags(s string) string { return strings.NewReplacer("<", "＜", ">", "＞").Replace(s) }
