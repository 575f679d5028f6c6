package bindings

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Plain data as bytes: a letter for what it is, then its size and content. Equal data gives equal bytes, and a text may
// have any bytes, which JSON has no place for.

const maxPlainDepth = 64

// appendPlain writes nil, bool, float64, string, []byte (as a string), []any and map[string]any.
func appendPlain(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, 'n')
	case bool:
		if v {
			return append(b, 't')
		}
		return append(b, 'f')
	case int:
		return appendPlain(b, float64(v))
	case int64:
		return appendPlain(b, float64(v))
	case float64:
		if n := int64(v); float64(n) == v && n > -1<<53 && n < 1<<53 && (n != 0 || !math.Signbit(v)) {
			return binary.AppendVarint(append(b, 'i'), n)
		}
		return binary.BigEndian.AppendUint64(append(b, 'd'), math.Float64bits(v))
	case string:
		return append(binary.AppendUvarint(append(b, 's'), uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(append(b, 's'), uint64(len(v))), v...)
	case []any:
		b = binary.AppendUvarint(append(b, 'l'), uint64(len(v)))
		for _, item := range v {
			b = appendPlain(b, item)
		}
		return b
	case map[string]any:
		b = binary.AppendUvarint(append(b, 'm'), uint64(len(v)))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(binary.AppendUvarint(b, uint64(len(name))), name...)
			b = appendPlain(b, v[name])
		}
		return b
	}
	panic(fmt.Sprintf("bindings: a %T is no plain data", v))
}

var errPlain = errors.New("these bytes are no plain data")

// readPlain reads one value off the front.
func readPlain(b []byte) (v any, rest []byte, err error) {
	r := plainReader{b}
	defer func() {
		if cause := recover(); cause != nil {
			if cause != errPlain {
				panic(cause)
			}
			v, rest, err = nil, nil, errPlain
		}
	}()
	v = r.value(0)
	return v, r.left, nil
}

type plainReader struct{ left []byte }

func (r *plainReader) next(n uint64) []byte {
	if n > uint64(len(r.left)) {
		panic(errPlain)
	}
	part := r.left[:n]
	r.left = r.left[n:]
	return part
}

// size is a count of things that have at least a byte each.
func (r *plainReader) size() uint64 {
	n, used := binary.Uvarint(r.left)
	if used <= 0 {
		panic(errPlain)
	}
	if r.left = r.left[used:]; n > uint64(len(r.left)) {
		panic(errPlain)
	}
	return n
}

func (r *plainReader) value(depth int) any {
	if depth > maxPlainDepth {
		panic(errPlain)
	}
	switch r.next(1)[0] {
	case 'n':
		return nil
	case 't':
		return true
	case 'f':
		return false
	case 'i':
		n, used := binary.Varint(r.left)
		if used <= 0 {
			panic(errPlain)
		}
		r.left = r.left[used:]
		return float64(n)
	case 'd':
		return math.Float64frombits(binary.BigEndian.Uint64(r.next(8)))
	case 's':
		return string(r.next(r.size()))
	case 'l':
		list := make([]any, r.size())
		for i := range list {
			list[i] = r.value(depth + 1)
		}
		return list
	case 'm':
		n := r.size()
		fields := make(map[string]any, n)
		for range n {
			name := string(r.next(r.size()))
			fields[name] = r.value(depth + 1)
		}
		return fields
	}
	panic(errPlain)
}
