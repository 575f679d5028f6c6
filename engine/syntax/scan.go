package syntax

// Kinds of tokens: a sign of one byte is its own kind, the others stand here.
const (
	tokEOF = 256 + iota
	tokName
	tokString
	tokNumber
	tokDots   // ...
	tokConcat // ..
	tokEq
	tokNe
	tokLe
	tokGe

	tokAnd
	tokBreak
	tokDo
	tokElse
	tokElseif
	tokEnd
	tokFalse
	tokFor
	tokFunction
	tokIf
	tokIn
	tokLocal
	tokNil
	tokNot
	tokOr
	tokRepeat
	tokReturn
	tokThen
	tokTrue
	tokUntil
	tokWhile
)

// reserved names the words of the language. A scanner begins its names with them.
func reserved() map[string]word {
	return map[string]word{
		"and": {tokAnd, "and"}, "break": {tokBreak, "break"}, "do": {tokDo, "do"}, "else": {tokElse, "else"},
		"elseif": {tokElseif, "elseif"}, "end": {tokEnd, "end"}, "false": {tokFalse, "false"}, "for": {tokFor, "for"},
		"function": {tokFunction, "function"}, "if": {tokIf, "if"}, "in": {tokIn, "in"}, "local": {tokLocal, "local"},
		"nil": {tokNil, "nil"}, "not": {tokNot, "not"}, "or": {tokOr, "or"}, "repeat": {tokRepeat, "repeat"},
		"return": {tokReturn, "return"}, "then": {tokThen, "then"}, "true": {tokTrue, "true"},
		"until": {tokUntil, "until"}, "while": {tokWhile, "while"},
	}
}

// word is a name or a word of the language.
type word struct {
	kind int
	text string
}

type token struct {
	kind     int
	line     int // where it ends
	from, to int // place in the source
	text     string
	number   float64
}

// scanner turns a source into tokens. It panics with an *Error.
type scanner struct {
	src   []byte
	pos   int
	line  int
	words map[string]word // every word so far, once
	buf   []byte          // of the text that is read
}

// newScanner skips a byte order mark, which some editors put before UTF-8, and a first line for the shell.
func newScanner(src []byte) scanner {
	s := scanner{src: src, line: 1, words: reserved()}
	if len(src) >= 3 && string(src[:3]) == "\xef\xbb\xbf" {
		s.pos = 3
	}
	if s.peek(0) == '#' {
		s.skipLine()
	}
	return s
}

// peek is the byte n places on; 0 behind the end, where atEnd tells it from a byte 0.
func (s *scanner) peek(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func (s *scanner) atEnd() bool { return s.pos >= len(s.src) }

func (s *scanner) skipLine() {
	for !s.atEnd() && s.src[s.pos] != '\n' && s.src[s.pos] != '\r' {
		s.pos++
	}
}

// newline reads one end of a line: \n, \r, \r\n or \n\r.
func (s *scanner) newline() {
	first := s.src[s.pos]
	s.pos++
	if next := s.peek(0); (next == '\n' || next == '\r') && next != first {
		s.pos++
	}
	s.line++
}

// blanks skips white space and comments.
func (s *scanner) blanks() {
	for !s.atEnd() {
		switch c := s.src[s.pos]; {
		case c == '\n' || c == '\r':
			s.newline()
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			s.pos++
		case c == '-' && s.peek(1) == '-':
			s.comment()
		default:
			return
		}
	}
}

func (s *scanner) comment() {
	s.pos += 2
	if s.peek(0) == '[' {
		if level := s.bracket(); level >= 0 {
			s.longText(level, "comment")
			return
		}
	}
	s.skipLine()
}

// scan reads the next token.
func (s *scanner) scan() token {
	s.blanks()
	tok := token{line: s.line, from: s.pos}
	switch {
	case s.atEnd():
		tok.kind = tokEOF
	case isLetter(s.src[s.pos]):
		s.name(&tok)
	case isDigit(s.src[s.pos]), s.src[s.pos] == '.' && isDigit(s.peek(1)):
		s.numeral(&tok)
	case s.src[s.pos] == '"', s.src[s.pos] == '\'':
		s.shortText(&tok)
	case s.src[s.pos] == '[' && s.isLongText():
		tok.kind, tok.text = tokString, s.longText(s.bracket(), "string")
	default:
		s.sign(&tok)
	}
	tok.line, tok.to = s.line, s.pos
	return tok
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func (s *scanner) name(tok *token) {
	end := s.pos + 1
	for end < len(s.src) && (isLetter(s.src[end]) || isDigit(s.src[end])) {
		end++
	}
	w, known := s.words[string(s.src[s.pos:end])]
	if !known {
		w = word{tokName, string(s.src[s.pos:end])}
		s.words[w.text] = w
	}
	tok.kind, tok.text = w.kind, w.text
	s.pos = end
}

// numeral takes what lua5.1 takes for one, and then reads it: 3x is a malformed number, not 3 and x.
func (s *scanner) numeral(tok *token) {
	for isDigit(s.peek(0)) || s.peek(0) == '.' {
		s.pos++
	}
	if s.peek(0)|0x20 == 'e' {
		s.pos++
		if c := s.peek(0); c == '+' || c == '-' {
			s.pos++
		}
	}
	for isLetter(s.peek(0)) || isDigit(s.peek(0)) {
		s.pos++
	}
	tok.kind, tok.text = tokNumber, string(s.src[tok.from:s.pos])
	number, ok := ParseNumber(tok.text)
	if !ok {
		s.fail("malformed number", tok.from)
	}
	tok.number = number
}

// sign reads an operator or a bracket.
func (s *scanner) sign(tok *token) {
	c := s.src[s.pos]
	tok.kind = int(c)
	s.pos++
	two := func(second byte, kind int) {
		if s.peek(0) == second {
			s.pos++
			tok.kind = kind
		}
	}
	switch {
	case c == '=':
		two('=', tokEq)
	case c == '~':
		two('=', tokNe)
	case c == '<':
		two('=', tokLe)
	case c == '>':
		two('=', tokGe)
	case c == '.' && s.peek(0) == '.':
		s.pos++
		tok.kind = tokConcat
		two('.', tokDots)
	case c >= 0x80:
		s.foreign(s.pos - 1)
	}
}

// fail raises an error about the text between a place and here.
func (s *scanner) fail(msg string, from int) {
	panic(&Error{Line: s.line, Msg: msg + " near '" + shown(s.src[from:s.pos]) + "'", inText: true})
}

// shown shows a piece of the source on one line.
func shown(piece []byte) string {
	const most = 40
	cut := len(piece) > most
	if cut {
		end := most
		for end > 0 && piece[end]&0xc0 == 0x80 {
			end--
		}
		piece = piece[:end]
	}
	text := make([]byte, 0, len(piece)+3)
	for _, c := range piece {
		if c < ' ' || c == 0x7f {
			c = ' '
		}
		text = append(text, c)
	}
	if cut {
		text = append(text, "…"...)
	}
	return string(text)
}
