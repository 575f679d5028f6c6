package llm

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts a text that is still coming after its last whole sentence. A sentence ends at a mark that ends one, or
// at the end of a line, but not inside of quotes, brackets or a link, nor within a number or a name: the next piece may
// bring what belongs to it. whole + rest is text.
func Sentences(text string) (whole, rest string) {
	end := 0
	var s sentence
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		at += size
		if s.ends(r, text[at:]) {
			end = at
		}
	}
	return text[:end], text[end:]
}

// sentence is where in a sentence a reader is.
type sentence struct {
	open  []rune // what closes the quotes, brackets and emphases that are open
	since int    // letters since the last of them was opened
	ended bool   // a mark has come, and only what belongs behind it since
}

// forgotten is after how many letters something that was opened is taken for not meant so.
const forgotten = 160

var closers = map[rune]rune{'“': '”', '‘': '’', '「': '」', '『': '』', '（': '）', '(': ')', '《': '》', '【': '】', '[': ']'}

// ends takes the next letter and reports whether a sentence ends behind it. rest is what follows it.
func (s *sentence) ends(r rune, rest string) bool {
	if s.since++; s.since > forgotten {
		s.open = s.open[:0]
	}
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\n':
		s.open, s.ended = s.open[:0], false
		return true
	case len(s.open) > 0 && r == s.open[len(s.open)-1] && !(emphasis(r) && next == r):
		s.open = s.open[:len(s.open)-1]
		s.ended = s.ended && !(r == ']' && next == '(') // the words of a link, whose address follows
	case emphasis(r) && next == r:
		return false // the last of them counts
	case emphasis(r):
		s.opens(r)
	case closers[r] != 0:
		s.opens(closers[r])
	case isMark(r, rest):
		s.ended = true
	case s.ended && (unicode.IsSpace(r) || isBehind(r)):
	default:
		s.ended = false
	}
	return s.ended && len(s.open) == 0 && !isBehind(next) && !isMark(next, rest[min(len(rest), max(0, utf8.RuneLen(next))):])
}

func (s *sentence) opens(closer rune) {
	s.ended, s.since = false, 0
	if len(s.open) < 32 {
		s.open = append(s.open, closer)
	}
}

func emphasis(r rune) bool { return r == '*' || r == '`' }

// isMark reports whether a letter ends a sentence. Those of ASCII do where something follows that shows it: 3.14,
// example.com and ?q=1 are no ends, and nobody knows what the last letter that came stands before.
func isMark(r rune, rest string) bool {
	switch r {
	case '。', '！', '？', '；', '…':
		return true
	case '.', '!', '?':
		next, size := utf8.DecodeRuneInString(rest)
		return size > 0 && (unicode.IsSpace(next) || r != '.' && next > unicode.MaxASCII)
	}
	return false
}

// isBehind are letters that belong to the sentence before them.
func isBehind(r rune) bool { return strings.ContainsRune(`”’」』）)》】]"'`, r) }
