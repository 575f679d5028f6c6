package engine

import lua "github.com/yuin/gopher-lua"

// mostTorn is how long a piece may be for its tear to be remembered: no answer is longer.
const mostTorn = 64 << 10

// Tear is where string.sub cut a character of UTF-8 in two, and what it gave. Single bytes are no tear: a script that
// goes over a text byte by byte means it.
type Tear struct {
	Piece string
	File  string
	Line  int
}

// LastTear is the last tear of the turn; the zero Tear when there was none.
func (t *Turn) LastTear() Tear { return t.tear }

// noteTear remembers that a piece, s[from:to], is no whole text, if so.
func noteTear(L *lua.LState, s string, from, to int, piece lua.LValue) {
	if size := to - from; size < 2 || size > mostTorn || !insideCharacter(s, from) && !insideCharacter(s, to) {
		return
	}
	t := TurnOf(L)
	file, line := t.Where(L)
	t.tear = Tear{piece.String(), file, line}
}

// insideCharacter reports whether a cut before s[i] goes through a character.
func insideCharacter(s string, i int) bool {
	return i > 0 && i < len(s) && s[i]&0xC0 == 0x80
}
