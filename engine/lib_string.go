package engine

import (
	"math"
	"math/bits"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// stringNatives is Lua 5.1's string library, bounded: each function charges the bytes it makes before it
// makes them, and its work as it goes. Letters are ASCII's, as in the C locale.
func stringNatives() []Native {
	return []Native{
		{Name: "string.byte", Fn: stringByte},
		{Name: "string.char", Fn: stringChar},
		{Name: "string.find", Fn: stringFind},
		{Name: "string.format", Fn: stringFormat},
		{Name: "string.gmatch", Fn: stringGmatch},
		{Name: "string.gsub", Fn: stringGsub},
		{Name: "string.len", Fn: stringLen},
		{Name: "string.lower", Fn: stringLower},
		{Name: "string.match", Fn: stringMatch},
		{Name: "string.rep", Fn: stringRep},
		{Name: "string.reverse", Fn: stringReverse},
		{Name: "string.sub", Fn: stringSub},
		{Name: "string.upper", Fn: stringUpper},
	}
}

// fromEnd turns a position counted from the end (-1 is the last byte) into one counted from 1.
func fromEnd(pos, length int) int {
	if pos >= 0 {
		return pos
	}
	return max(0, pos+length+1)
}

func stringLen(L *lua.LState) int {
	L.Push(intValue(len(args{L, "len"}.str(1))))
	return 1
}

func stringSub(L *lua.LState) int {
	a := args{L, "sub"}
	s := a.str(1)
	from := max(1, fromEnd(a.int(2), len(s)))
	to := min(len(s), fromEnd(a.optInt(3, -1), len(s)))
	if from > to {
		L.Push(emptyString)
		return 1
	}
	piece := slice(L, TurnOf(L), s, from-1, to)
	noteTear(L, s, from-1, to, piece)
	L.Push(piece)
	return 1
}

func stringByte(L *lua.LState) int {
	a := args{L, "byte"}
	s := a.str(1)
	from := fromEnd(a.optInt(2, 1), len(s))
	to := min(len(s), fromEnd(a.optInt(3, from), len(s)))
	from = max(1, from)
	if from > to {
		return 0
	}
	n := to - from + 1
	if n > maxResults {
		raise(L, "string slice too long")
	}
	if n > 1 {
		TurnOf(L).Steps(L, n)
	}
	for i := from - 1; i < to; i++ {
		L.Push(smallNumbers[s[i]])
	}
	return n
}

func stringChar(L *lua.LState) int {
	a := args{L, "char"}
	var b text
	b.begin(L, TurnOf(L))
	for i := 1; i <= L.GetTop(); i++ {
		c := a.int(i)
		if c < 0 || c > 255 {
			a.bad(i, "invalid value")
		}
		b.addByte(byte(c))
	}
	L.Push(b.value())
	return 1
}

func stringRep(L *lua.LState) int {
	a := args{L, "rep"}
	s, n := a.str(1), a.int(2)
	if n <= 0 || s == "" {
		L.Push(emptyString)
		return 1
	}
	size := math.MaxInt
	if hi, lo := bits.Mul64(uint64(len(s)), uint64(n)); hi == 0 && lo < math.MaxInt {
		size = int(lo)
	}
	t := TurnOf(L)
	t.Bytes(L, size)
	L.Push(stringValue(strings.Repeat(s, n)))
	return 1
}

func stringReverse(L *lua.LState) int {
	s := args{L, "reverse"}.str(1)
	out := made(L, len(s))
	for i := range len(s) {
		out[len(s)-1-i] = s[i]
	}
	L.Push(stringValue(frozen(out)))
	return 1
}

func stringLower(L *lua.LState) int { return changeCase(L, "lower", 'A', 'Z') }
func stringUpper(L *lua.LState) int { return changeCase(L, "upper", 'a', 'z') }

// changeCase flips the case of the letters between from and to.
func changeCase(L *lua.LState, fn string, from, to byte) int {
	s := args{L, fn}.str(1)
	i := 0
	for i < len(s) && (s[i] < from || s[i] > to) {
		i++
	}
	if i == len(s) { // nothing to change, as in all Chinese text
		TurnOf(L).Steps(L, 1+len(s)/64)
		L.Push(stringValue(s))
		return 1
	}
	out := made(L, len(s))
	copy(out, s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if from <= c && c <= to {
			c ^= 'a' - 'A'
		}
		out[i] = c
	}
	L.Push(stringValue(frozen(out)))
	return 1
}

// made charges and makes n bytes.
func made(L *lua.LState, n int) []byte {
	t := TurnOf(L)
	t.Bytes(L, n)
	t.Steps(L, 1)
	return make([]byte, n)
}
