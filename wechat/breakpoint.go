package wechat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// breakpoint is where the first part of s ends, which is longer than limit. Of the places in the last eighth
// the one that a reader minds least is taken, and of several such the last.
func breakpoint(s string, limit int) int {
	end := limit
	links := linksAcross(s, limit)
	if b := links.holding(end); b > 0 {
		end = b
	}
	end = cut(s, end)
	best, at := gentleness(s, end), end
	for n := end; n > 0 && n > end-limit/8; {
		_, size := utf8.DecodeLastRuneInString(s[:n])
		if n -= size; n <= 0 {
			break
		}
		if g := gentleness(s, n); g > best && border(s, n) && links.holding(n) < 0 {
			best, at = g, n
		}
	}
	return at
}

// gentleness ranks a place to cut: inside a word, at a blank, after a sentence, a line, a paragraph. Blanks and
// line ends go with what is before them.
func gentleness(s string, n int) int {
	next, _ := utf8.DecodeRuneInString(s[n:])
	if unicode.IsSpace(next) {
		return 0
	}
	before := strings.TrimRightFunc(s[:n], unicode.IsSpace)
	gap := s[len(before):n]
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, closing))
	switch {
	case strings.Count(gap, "\n") > 1:
		return 4
	case strings.Contains(gap, "\n"):
		return 3
	case strings.ContainsRune("。！？；…", last), gap != "" && strings.ContainsRune(".!?;", last):
		if !strings.ContainsRune(closing, next) && !strings.ContainsRune("。！？；…", next) {
			return 2
		}
	}
	if gap != "" {
		return 1
	}
	return 0
}

// closing are the marks that may follow the end of a sentence and belong to it.
const closing = "”’」』）】》\"')"

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

// linksAcross finds the links that begin before limit and are short enough for one part.
func linksAcross(s string, limit int) (found linkSpans) {
	for at := 0; at < limit; {
		i := strings.Index(s[at:limit], "<")
		if i < 0 {
			break
		}
		at += i
		n := linkLength(s[at:min(len(s), at+limit)])
		if n > 0 {
			found = append(found, [2]int{at, at + n})
		}
		at += max(n, 1)
	}
	return found
}

// linkLength is how many bytes the link has that s begins with; 0 when it begins with none, or s ends first.
func linkLength(s string) int {
	const open, end = "<a", "</a>"
	if len(s) < len(open)+1 || !strings.EqualFold(s[:len(open)], open) || !unicode.IsSpace(rune(s[len(open)])) {
		return 0
	}
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 {
			return 0
		}
		if at += i; len(s) >= at+len(end) && strings.EqualFold(s[at:at+len(end)], end) {
			return at + len(end)
		}
	}
}
