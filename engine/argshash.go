package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// What a hash of arguments looks at; what is beyond is left out. The functions themselves mostly have narrower bounds.
const (
	hashedDepth  = 32
	hashedValues = 10_000
	hashedBytes  = 1 << 20
)

// HashArgs is for Effect.Args: a hash of the first n arguments of the native that runs on L. It is the same in every
// process, and for tables of the same content however they were made. Of what is no plain data it tells only what it
// is, of a proxy the name. It charges nothing and runs nothing of the script.
func (t *Turn) HashArgs(L *lua.LState, n int) uint64 {
	h := argsHash{sum: sha256.New(), values: hashedValues, bytes: hashedBytes}
	for i := 1; i <= n; i++ {
		h.value(L.Get(i), 0)
	}
	return binary.BigEndian.Uint64(h.sum.Sum(nil))
}

type argsHash struct {
	sum    hash.Hash
	values int // that may still be looked at
	bytes  int
}

func (h *argsHash) value(v lua.LValue, depth int) {
	if h.values--; h.values < 0 {
		return
	}
	switch v := v.(type) {
	case lua.LBool:
		h.text('b', v.String())
	case lua.LNumber:
		h.note('n', math.Float64bits(float64(v)+0)) // -0 is 0
	case lua.LString:
		h.text('s', string(v))
	case *lua.LTable:
		h.table(v, depth)
	default:
		h.text('o', v.Type().String())
	}
}

func (h *argsHash) table(tb *lua.LTable, depth int) {
	if l := lockOf(tb); l != nil {
		if l.fixed == nil {
			h.text('p', l.proxy.Name)
			return
		}
		tb = l.fixed
	}
	size := 0
	tb.ForEach(func(_, _ lua.LValue) { size++ })
	h.note('t', uint64(size))
	if depth == hashedDepth {
		return
	}
	if size > h.values {
		h.values = 0 // nor are others: each look at the size of such a table costs
		return
	}
	fields := make([]hashedField, 0, size)
	tb.ForEach(func(k, v lua.LValue) {
		switch k.(type) {
		case lua.LNumber, lua.LString, lua.LBool:
			fields = append(fields, hashedField{k, v})
		}
	})
	slices.SortFunc(fields, byKey)
	for _, f := range fields {
		h.value(f.key, depth)
		h.value(f.value, depth+1)
	}
}

type hashedField struct{ key, value lua.LValue }

func byKey(a, b hashedField) int {
	switch x := a.key.(type) {
	case lua.LNumber:
		if y, ok := b.key.(lua.LNumber); ok {
			return cmp.Compare(x, y)
		}
	case lua.LString:
		if y, ok := b.key.(lua.LString); ok {
			return strings.Compare(string(x), string(y))
		}
	case lua.LBool:
		if y, ok := b.key.(lua.LBool); ok {
			return strings.Compare(x.String(), y.String())
		}
	}
	return cmp.Compare(a.key.Type(), b.key.Type())
}

// note writes what a value is, and a number that tells it or its size.
func (h *argsHash) note(what byte, n uint64) {
	var b [9]byte
	b[0] = what
	binary.BigEndian.PutUint64(b[1:], n)
	h.sum.Write(b[:])
}

func (h *argsHash) text(what byte, s string) {
	h.note(what, uint64(len(s)))
	n := min(len(s), h.bytes)
	h.bytes -= n
	h.sum.Write([]byte(s[:n]))
}
