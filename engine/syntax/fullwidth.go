package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"moonwire/words"
)

// closingQuotes are quotation marks that look like the end of a text, and are none.
const closingQuotes = "”“’‘＂＇〞"

// foreign raises the error of a character outside ASCII that stands where Lua wants a sign or a name.
func (s *scanner) foreign(at int) {
	r, size := utf8.DecodeRune(s.src[at:])
	if r == utf8.RuneError && size < 2 {
		panic(&Error{Line: s.line, Msg: "unexpected symbol: a byte that is no UTF-8", inText: true})
	}
	e := &Error{Line: s.line, Msg: fmt.Sprintf("unexpected symbol '%s' in column %d", shownRune(r), s.column(at)), inText: true}
	switch right := plainSign(r); {
	case right != "":
		e.hinted(words.Say(words.FullWidthSign, "right", right))
	case isBlank(r):
		e.hinted(words.Say(words.FullWidthSign).Put("right", words.Text{EN: "an ordinary blank", ZH: "普通空格"}))
	default:
		e.hinted(words.Say(words.BareText, "text", s.wordAt(at)))
	}
	panic(e)
}

// column is the place of a byte in its line, in characters from 1.
func (s *scanner) column(at int) int {
	from := at
	for from > 0 && s.src[from-1] != '\n' && s.src[from-1] != '\r' {
		from--
	}
	return utf8.RuneCount(s.src[from:at]) + 1
}

// wordAt is the text outside ASCII that begins at a place, not too long.
func (s *scanner) wordAt(at int) string {
	end, n := at, 0
	for end < len(s.src) && s.src[end] >= 0x80 && n < 12 {
		r, size := utf8.DecodeRune(s.src[end:])
		if plainSign(r) != "" || isBlank(r) {
			break
		}
		end, n = end+size, n+1
	}
	return string(s.src[at:end])
}

// plainSign is the sign of the English keyboard that a character looks like; "" for none.
func plainSign(r rune) string {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return string(r - 0xfee0)
	case strings.ContainsRune("“”„", r):
		return `"`
	case strings.ContainsRune("‘’", r):
		return "'"
	}
	return map[rune]string{'。': ".", '、': ",", '【': "[", '】': "]", '「': `"`, '」': `"`, '『': `"`, '』': `"`, '《': "<", '》': ">", '—': "-", '–': "-", '−': "-", '×': "*", '÷': "/", '≠': "~=", '≤': "<=", '≥': ">=", '…': "..."}[r]
}

func isBlank(r rune) bool {
	return unicode.IsSpace(r) || r == 0x200b || r == 0x200c || r == 0x200d || r == 0xfeff || r == 0x2060
}

// shownRune shows a character, or names one that cannot be seen.
func shownRune(r rune) string {
	if isBlank(r) || !unicode.IsPrint(r) {
		return fmt.Sprintf("U+%04X", r)
	}
	return string(r)
}

// unfinished raises the error of a text that its line does not end.
func (s *scanner) unfinished(from int, near string) {
	piece := string(s.src[from:s.pos])
	e := &Error{Line: s.line, Msg: "unfinished string near '" + near + "'", inText: true}
	quote := string(s.src[from])
	if i := strings.LastIndexAny(piece, closingQuotes); i >= 0 {
		r, _ := utf8.DecodeRuneInString(piece[i:])
		e.hinted(words.Say(words.FullWidthQuote, "sign", string(r), "quote", quote))
	} else {
		e.hinted(words.Say(words.UnfinishedText, "quote", quote))
	}
	panic(e)
}
