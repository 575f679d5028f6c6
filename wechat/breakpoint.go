package wechat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How little a reader minds a cut, from the worst place to the best.
const (
	insideWord = iota // or between a mark and what it belongs to
	betweenCharacters
	atBlank
	afterSentence
	afterLine
	afterParagraph
)

// breakpoint is where the first part of s ends, which is longer than limit. Of the places in the last eighth the one
// that a reader minds least is taken, and of several such the last. Where all of them are inside a word, the word goes
// to the next part.
func breakpoint(s string, limit int) int {
	c := cutter{text: s, limit: limit, links: linksAcross(s, limit)}
	all := borders(s, limit)
	whole := slices.DeleteFunc(slices.Clone(all), func(n int) bool { return c.links.holding(n) >= 0 })
	if len(whole) == 0 { // a single character that is longer than a part
		return all[len(all)-1]
	}
	end := whole[len(whole)-1]
	best, at := c.gentleness(end), end
	i := len(whole) - 2
	for ; i >= 0 && whole[i] > end-limit/8; i-- {
		if g := c.gentleness(whole[i]); g > best {
			best, at = g, whole[i]
		}
	}
	if best > insideWord {
		return at
	}
	for ; i >= 0; i-- {
		if n := whole[i]; c.parts(n) {
			if c.wordEnd(end)-n <= limit {
				return n
			}
			break
		}
	}
	return end
}

// cutter judges places in a text.
type cutter struct {
	text  string
	limit int
	links linkSpans
}

// gentleness ranks a place to cut. Blanks and line ends go with what is before them.
func (c cutter) gentleness(n int) int {
	next, _ := utf8.DecodeRuneInString(c.text[n:])
	if unicode.IsSpace(next) {
		return betweenCharacters
	}
	before := strings.TrimRightFunc(c.text[:n], unicode.IsSpace)
	gap := c.text[len(before):n]
	const marks = 64 // bytes of closing marks that are looked behind
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before[max(0, len(before)-marks):], closing))
	switch {
	case strings.Count(gap, "\n") > 1:
		return afterParagraph
	case strings.Contains(gap, "\n"):
		return afterLine
	case strings.ContainsRune(enders, last), gap != "" && strings.ContainsRune(".!?;", last):
		if !strings.ContainsRune(closing, next) && !strings.ContainsRune(enders, next) {
			return afterSentence
		}
	}
	switch {
	case gap != "":
		return atBlank
	case c.parts(n):
		return betweenCharacters
	}
	return insideWord
}

// Marks that end a sentence, that may follow its end and belong to it, that no line begins with, and that none ends with.
const (
	enders  = "。！？；…"
	closing = "”’」』）】》\"')"
	leaning = enders + closing + "，、：,.!?;:%］｝〉％～·]}>"
	opening = "“‘「『（【《［｛〈([{"
)

// parts reports whether a cut at n leaves words, and marks with what they belong to, whole.
func (c cutter) parts(n int) bool {
	last, _ := utf8.DecodeLastRuneInString(c.text[:n])
	next, _ := utf8.DecodeRuneInString(c.text[n:])
	switch {
	case unicode.IsSpace(last), unicode.IsSpace(next), c.links.edge(n):
		return true
	case strings.ContainsRune(leaning, next), strings.ContainsRune(opening, last):
		return false
	}
	return !inWords(last) || !inWords(next)
}

// wordEnd is where the word around n ends, if it does so soon enough to matter.
func (c cutter) wordEnd(n int) int {
	for most := n + c.limit; n < len(c.text) && n <= most; {
		_, size := utf8.DecodeRuneInString(c.text[n:])
		if n += size; n == len(c.text) || c.parts(n) {
			break
		}
	}
	return n
}

// inWords reports whether r is of a script that writes words apart, or of what stands in addresses and numbers.
func inWords(r rune) bool {
	switch {
	case r <= unicode.MaxASCII:
		return r > ' '
	case r == utf8.RuneError:
		return true // it was a character of something
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
