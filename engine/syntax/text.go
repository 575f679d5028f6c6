package syntax

// bracket reads [[ or [=[ and returns how many = it has, -1 for anything else, which it leaves.
func (s *scanner) bracket() int {
	level := 0
	for s.peek(1+level) == '=' {
		level++
	}
	if s.peek(1+level) != '[' {
		return -1
	}
	s.pos += 2 + level
	return level
}

// isLongText reports whether a long text begins here. [= begins nothing else.
func (s *scanner) isLongText() bool {
	n := 1
	for s.peek(n) == '=' {
		n++
	}
	if n > 1 && s.peek(n) != '[' {
		from := s.pos
		s.pos += n
		s.fail("invalid long string delimiter", from)
	}
	return s.peek(n) == '['
}

// longText reads to the closing bracket of a level. The end of a line right behind the opening one is left out.
func (s *scanner) longText(level int, what string) string {
	s.buf = s.buf[:0]
	if c := s.peek(0); c == '\n' || c == '\r' {
		s.newline()
	}
	for {
		switch c := s.peek(0); {
		case s.atEnd():
			panic(&Error{Line: s.line, Msg: "unfinished long " + what + " near '<eof>'", inText: true})
		case c == ']' && s.closes(level):
			s.pos += 2 + level
			return string(s.buf)
		case c == '\n' || c == '\r':
			s.newline()
			s.buf = append(s.buf, '\n')
		default:
			s.buf = append(s.buf, c)
			s.pos++
		}
	}
}

func (s *scanner) closes(level int) bool {
	for i := range level {
		if s.peek(1+i) != '=' {
			return false
		}
	}
	return s.peek(1+level) == ']'
}

// shortText reads a text in quotes.
func (s *scanner) shortText(tok *token) {
	quote := s.src[s.pos]
	s.pos++
	s.buf = s.buf[:0]
	for {
		switch c := s.peek(0); {
		case s.atEnd():
			s.unfinished(tok.from, "<eof>")
		case c == '\n' || c == '\r':
			s.unfinished(tok.from, shown(s.src[tok.from:s.pos]))
		case c == quote:
			s.pos++
			tok.kind, tok.text = tokString, string(s.buf)
			return
		case c == '\\':
			s.escape(tok.from)
		default:
			s.buf = append(s.buf, c)
			s.pos++
		}
	}
}

// escape reads what stands behind a backslash. An unknown letter stands for itself.
func (s *scanner) escape(from int) {
	s.pos++
	c := s.peek(0)
	switch {
	case s.atEnd():
		return
	case isDigit(c):
		s.code(from)
		return
	case c == '\n' || c == '\r':
		s.newline()
		s.buf = append(s.buf, '\n')
		return
	}
	switch c {
	case 'a':
		c = '\a'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'v':
		c = '\v'
	}
	s.buf = append(s.buf, c)
	s.pos++
}

// code reads a byte written as up to three decimal digits.
func (s *scanner) code(from int) {
	n := 0
	for i := 0; i < 3 && isDigit(s.peek(0)); i++ {
		n = 10*n + int(s.peek(0)-'0')
		s.pos++
	}
	if n > 255 {
		s.fail("escape sequence too large", from)
	}
	s.buf = append(s.buf, byte(n))
}
