package mask

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// mostLayers is how often a text is read for escapes: a letter may be escaped, and what came of that again.
const mostLayers = 5

// layer is a text as it is, or with its escapes read.
type layer struct {
	text, folded string
	at           []int32 // of each byte, and of the end: where in the text as it is; nil: there
}

// layersOf is a text as it is, and each reading of it that differs from the one before.
func layersOf(s string) []layer {
	last := layer{text: s, folded: fold(s)}
	layers := []layer{last}
	for range mostLayers {
		next, changed := last.read()
		if !changed {
			break
		}
		layers, last = append(layers, next), next
	}
	return layers
}

// plain is a text in which no escape is left, or its last layer.
func plain(s string) string {
	layers := layersOf(s)
	return layers[len(layers)-1].text
}

// origin is where a byte stands in the text as it is.
func (l *layer) origin(i int) int {
	if l.at == nil {
		return i
	}
	return int(l.at[i])
}

// span is where a part stands in the text as it is, whole escapes always.
func (l *layer) span(from, to int) span {
	s := span{l.origin(from), l.origin(to)}
	for to < len(l.text) && l.origin(to) == l.origin(to-1) {
		to++
		s.to = l.origin(to)
	}
	return s
}

const introducers = `\%&`

// read reads the escapes of a layer.
func (l *layer) read() (next layer, changed bool) {
	i := strings.IndexAny(l.text, introducers)
	if i < 0 {
		return next, false
	}
	made := make([]byte, 0, len(l.text))
	at := make([]int32, 0, len(l.text)+1)
	for from := 0; from < len(l.text); {
		var read []byte
		size := 0
		if strings.IndexByte(introducers, l.text[from]) >= 0 {
			read, size = escapeAt(l.text[from:])
		}
		changed = changed || size > 0
		if size == 0 {
			made, at, from = append(made, l.text[from]), append(at, int32(l.origin(from))), from+1
			continue
		}
		for range read {
			at = append(at, int32(l.origin(from)))
		}
		made, from = append(made, read...), from+size
	}
	text := string(made)
	return layer{text, fold(text), append(at, int32(l.origin(len(l.text))))}, changed
}

// escapeAt reads the escape that a text begins with; size is 0 when it begins with none.
func escapeAt(s string) (read []byte, size int) {
	switch s[0] {
	case '%':
		return percent(s)
	case '&':
		return entity(s)
	}
	return backslash(s)
}

// percent reads %41 and %u0041.
func percent(s string) (read []byte, size int) {
	if n, ok := hexAt(s, 1, 2); ok {
		return []byte{byte(n)}, 3
	}
	if n, ok := hexAt(s, 2, 4); ok && s[1]|0x20 == 'u' {
		return utf8.AppendRune(nil, n), 6
	}
	return nil, 0
}

// longestEntity is the longest name that HTML has for a letter, with & and ;.
const longestEntity = len("&CounterClockwiseContourIntegral;")

// entity reads &amp; &#38; and &#x26;.
func entity(s string) (read []byte, size int) {
	end := strings.IndexByte(s[:min(len(s), longestEntity)], ';') + 1
	if end == 0 {
		return nil, 0
	}
	if n, ok := number(s[1 : end-1]); ok {
		return utf8.AppendRune(nil, n), end
	}
	if strings.ContainsFunc(s[1:end-1], func(r rune) bool { return r > utf8.RuneSelf || !isLetterOrDigit(byte(r)) }) {
		return nil, 0
	}
	if plain := html.UnescapeString(s[:end]); plain != s[:end] && (plain == ";" || !strings.HasSuffix(plain, ";")) {
		return []byte(plain), end
	}
	return nil, 0
}

// number reads what stands between & and ; of a letter that is given by its number.
func number(s string) (rune, bool) {
	digits, is := strings.CutPrefix(s, "#")
	base := 10
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), is && err == nil && n <= utf8.MaxRune
}

// backslash reads \u0041, \u{41}, \U00000041, \x41, and a sign that stands for itself: \/ and \".
func backslash(s string) (read []byte, size int) {
	if len(s) < 2 {
		return nil, 0
	}
	switch c := s[1]; {
	case c == 'u':
		return unicodeEscape(s)
	case c == 'U':
		if n, ok := hexAt(s, 2, 8); ok {
			return utf8.AppendRune(nil, n), 10
		}
	case c == 'x':
		if n, ok := hexAt(s, 2, 2); ok {
			return []byte{byte(n)}, 4
		}
	case c > ' ' && c < utf8.RuneSelf && !isLetterOrDigit(c):
		return []byte{c}, 2
	}
	return nil, 0
}

func unicodeEscape(s string) (read []byte, size int) {
	if end := strings.IndexByte(s[:min(len(s), 11)], '}'); end > 3 && s[2] == '{' {
		if n, ok := hexAt(s, 3, end-3); ok {
			return utf8.AppendRune(nil, n), end + 1
		}
	}
	n, ok := hexAt(s, 2, 4)
	if !ok {
		return nil, 0
	}
	if utf16.IsSurrogate(n) && strings.HasPrefix(s[6:], `\u`) {
		if low, ok := hexAt(s, 8, 4); ok && utf16.DecodeRune(n, low) != utf8.RuneError {
			return utf8.AppendRune(nil, utf16.DecodeRune(n, low)), 12
		}
	}
	return utf8.AppendRune(nil, n), 6
}

// hexAt reads so many hex digits from a place on.
func hexAt(s string, from, digits int) (rune, bool) {
	if digits < 1 || len(s) < from+digits {
		return 0, false
	}
	n, err := strconv.ParseUint(s[from:from+digits], 16, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}

func isLetterOrDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
