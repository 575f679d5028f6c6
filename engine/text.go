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

// grow makes sure of space for n more bytes.
func (b *text) grow(n int) {
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
	b.grow(len(s))
	b.buf = append(b.buf, s...)
}

func (b *text) addByte(c byte) {
	b.grow(1)
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

const (
	// pinning is how long a string may be for its pieces to share its bytes: whoever keeps a piece keeps them all.
	pinning = 32
	// briefPinning is the same for the first pieces of a turn, until their strings have pinnedMost bytes together.
	briefPinning = 256
	pinnedMost   = 256 << 10
	// longPiece is how long a piece must be for sharing to be worth a thought.
	longPiece = 1 << 10
)

// slice returns a piece of s as a value, and charges it when it has to be copied. A long piece shares the bytes of
// a whole when it is most of them. Cuts of cuts would still keep what was cut first alive, so a whole is only what
// slice has copied itself, and the turn knows the last one.
func slice(L *lua.LState, t *Turn, s string, from, to int) lua.LValue {
	piece := s[from:to]
	switch {
	case len(piece) <= 1 || len(piece) == len(s) || len(s) <= pinning:
	case len(s) <= briefPinning && t.pinned < pinnedMost:
		t.pinned += len(s)
	default:
		piece = t.cut(L, s, piece)
	}
	return stringValue(piece)
}

// cut returns a piece that keeps at most a third more alive than it has.
func (t *Turn) cut(L *lua.LState, s, piece string) string {
	if len(piece) > longPiece && len(piece) >= len(t.whole)/4*3 && within(t.whole, s) {
		return piece
	}
	t.Bytes(L, len(piece))
	piece = strings.Clone(piece)
	if len(piece) > longPiece {
		t.whole = piece
	}
	return piece
}

// within reports whether the bytes of s lie in those of whole.
func within(whole, s string) bool {
	at := uintptr(unsafe.Pointer(unsafe.StringData(s))) - uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	return at <= uintptr(len(whole)) && at+uintptr(len(s)) <= uintptr(len(whole))
}
