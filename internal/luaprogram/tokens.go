package luaprogram

import "strings"

// Token is a word of Lua with the blanks and comments that stand before it.
type Token struct{ Before, Text string }

// Tokens cuts a text into tokens. What is no Lua becomes tokens of a byte.
func Tokens(text string) []Token {
	var all []Token
	for text != "" {
		blank := blanks(text)
		word := word(text[blank:])
		all = append(all, Token{text[:blank], text[blank : blank+word]})
		text = text[blank+word:]
	}
	return all
}

// Join makes a text of tokens.
func Join(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Before + t.Text)
	}
	return b.String()
}

// blanks is how many bytes of blanks and comments a text begins with.
func blanks(text string) int {
	n := 0
	for n < len(text) {
		switch {
		case strings.IndexByte(" \t\n\r", text[n]) >= 0:
			n++
		case strings.HasPrefix(text[n:], "--"):
			n += 2
			if long := longBracket(text[n:]); long > 0 {
				n += long
			} else if end := strings.IndexByte(text[n:], '\n'); end >= 0 {
				n += end + 1
			} else {
				n = len(text)
			}
		default:
			return n
		}
	}
	return n
}

// longBracket is how long the [[…]] or [=[…]=] is that a text begins with; 0 when it begins with none.
func longBracket(text string) int {
	if text == "" || text[0] != '[' {
		return 0
	}
	level := len(text[1:]) - len(strings.TrimLeft(text[1:], "="))
	if 1+level >= len(text) || text[1+level] != '[' {
		return 0
	}
	if end := strings.Index(text, "]"+strings.Repeat("=", level)+"]"); end >= 0 {
		return end + level + 2
	}
	return len(text)
}

func word(text string) int {
	switch {
	case text == "":
		return 0
	case text[0] == '"' || text[0] == '\'':
		return quotedWord(text)
	case longBracket(text) > 0:
		return longBracket(text)
	case isDigit(text[0]) || len(text) > 1 && text[0] == '.' && isDigit(text[1]):
		return numeralWord(text)
	case isLetter(text[0]):
		n := 1
		for n < len(text) && (isLetter(text[n]) || isDigit(text[n])) {
			n++
		}
		return n
	}
	for _, op := range []string{"...", "..", "==", "~=", "<=", ">="} {
		if strings.HasPrefix(text, op) {
			return len(op)
		}
	}
	return 1
}

func quotedWord(text string) int {
	for n := 1; n < len(text); n++ {
		switch text[n] {
		case '\\':
			n++
		case text[0]:
			return n + 1
		}
	}
	return len(text)
}

func numeralWord(text string) int {
	n := 0
	for n < len(text) {
		sign := n > 0 && (text[n] == '-' || text[n] == '+') && (text[n-1] == 'e' || text[n-1] == 'E') && !strings.HasPrefix(strings.ToLower(text), "0x")
		if !sign && text[n] != '.' && !isDigit(text[n]) && !isLetter(text[n]) {
			break
		}
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
