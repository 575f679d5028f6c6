package wechat

import (
	"strings"
	"unicode"
)

// linkSpans are places of links, from the < of <a to behind the > of </a>.
type linkSpans [][2]int

// holding is where the link begins that a cut at n would tear; -1 for none.
func (l linkSpans) holding(n int) int {
	for _, span := range l {
		if span[0] < n && n < span[1] {
			return span[0]
		}
	}
	return -1
}

// edge reports whether a link begins or ends at n.
func (l linkSpans) edge(n int) bool {
	for _, span := range l {
		if span[0] == n || span[1] == n {
			return true
		}
	}
	return false
}

// linksAcross finds the links that begin before limit and are short enough for one part.
func linksAcross(s string, limit int) (found linkSpans) {
	end := 0 // of the first link end behind at
	for at := 0; at < limit; at++ {
		i := strings.IndexByte(s[at:limit], '<')
		if i < 0 {
			break
		}
		if at += i; !beginsLink(s[at:]) {
			continue
		}
		if end <= at {
			if end = linkEnd(s[:min(len(s), 2*limit)], at); end < 0 {
				break
			}
		}
		if end-at <= limit {
			found = append(found, [2]int{at, end})
			at = end - 1
		}
	}
	return found
}

// beginsLink reports whether s begins with <a and what may follow a tag's name.
func beginsLink(s string) bool {
	const open = "<a"
	return len(s) > len(open) && strings.EqualFold(s[:len(open)], open) && unicode.IsSpace(rune(s[len(open)]))
}

// linkEnd is behind the first </a> from at on; -1 when there is none.
func linkEnd(s string, at int) int {
	const end = "</a>"
	for ; ; at++ {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 {
			return -1
		}
		if at += i; len(s) >= at+len(end) && strings.EqualFold(s[at:at+len(end)], end) {
			return at + len(end)
		}
	}
}
