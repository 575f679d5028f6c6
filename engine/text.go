package engine

import (
	"strings"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// text is a string being made by a native. It charges the turn before it grows, and raises where the
// longest allowed string would be exceeded. Short texts stay in the array they began in.
type text struct {
	t     *Turn
	L     *lua.LState
	buf   []byte
	paid  int
	most  int
	array [240]byte
}

func (b *text) begin(L *lua.LState, t *Turn) {
	b.t, b.L, b.buf, b.most = t, L, b.array[:0], int(t.limits.String)
}

// room makes sure of space for n more bytes.
func (b *text) room(n int) {
	need := len(b.buf) + n
	if need <= b.paid || need <= len(b.array) {
		return
	}
	if need > b.most {
		b.t.Bytes(b.L, need) // raises
	}
	size := min(max(2*cap(b.buf), need), max(b.most, need))
	b.t.Bytes(b.L, size-b.paid)
	b.paid = size
	grown := make([]byte, len(b.buf), size)
	copy(grown, b.buf)
	b.buf = grown
}

func (b *text) add(s string) {
	b.room(len(s))
	b.buf = append(b.buf, s...)
}

func (b *text) addByte(c byte) {
	b.room(1)
	b.buf = append(b.buf, c)
}

// value ends the text: nothing may be added after it.
func (b *text) value() lua.LValue {
	if b.paid == 0 {
		b.t.Bytes(b.L, len(b.buf))
	}
	if b.paid == 0 || len(b.buf) < cap(b.buf)/4*3 {
		return stringValue(string(b.buf))
	}
	return lua.LString(frozen(b.buf))
}

// frozen turns bytes that nobody will write again into a string without copying them.
func frozen(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// emptyString and byteStrings are boxed once for all.
var (
	emptyString = lua.LValue(lua.LString(""))
	byteStrings = func() (boxed [256]lua.LValue) {
		for i := range boxed {
			boxed[i] = lua.LString([]byte{byte(i)})
		}
		return boxed
	}()
)

func stringValue(s string) lua.LValue {
	switch len(s) {
	case 0:
		return emptyString
	case 1:
		return byteStrings[s[0]]
	}
	return lua.LString(s)
}

// pinning is how long a string must be before short pieces of it are copied: whoever keeps a piece
// that is not, keeps all of the string.
const pinning = 256

// slice returns a piece of s as a value, and charges it when it has to be copied.
func slice(L *lua.LState, t *Turn, s string, from, to int) lua.LValue {
	piece := s[from:to]
	if len(piece) > 1 && len(s) > pinning && len(piece) < len(s)/4 {
		t.Bytes(L, len(piece))
		piece = strings.Clone(piece)
	}
	return stringValue(piece)
}
