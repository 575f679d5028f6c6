package bindings

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// jsonWriter turns a Lua value into JSON: keys in order, so that equal values give equal bytes.
type jsonWriter struct {
	args  arguments
	buf   []byte
	depth int // tables that may still be opened
	limit int // bytes
	nodes int
}

// encodeJSON writes a value as JSON of at most limit bytes, tables nested at most depth deep. It charges
// the turn for its work.
func (a arguments) encodeJSON(v lua.LValue, depth, limit int) ([]byte, *pathError) {
	w := &jsonWriter{args: a, depth: depth, limit: limit}
	if err := w.value(v); err != nil {
		return nil, err
	}
	a.turn.Bytes(a.L, len(w.buf))
	return w.buf, nil
}

func (w *jsonWriter) value(v lua.LValue) *pathError {
	w.nodes++
	if w.nodes%500 == 0 {
		w.args.turn.Steps(w.args.L, 1000)
	}
	if len(w.buf) > w.limit {
		return misplaced(fmt.Sprintf("more than %d bytes of JSON", w.limit))
	}
	switch v := v.(type) {
	case *lua.LNilType:
		w.buf = append(w.buf, "null"...)
	case lua.LBool:
		w.buf = strconv.AppendBool(w.buf, bool(v))
	case lua.LNumber:
		return w.number(float64(v))
	case lua.LString:
		return w.text(string(v))
	case *lua.LTable:
		return w.table(v)
	default:
		if v == jsonNull {
			w.buf = append(w.buf, "null"...)
			return nil
		}
		return misplaced("is " + describe(v) + "; want plain data (nil, boolean, number, string, or a table of these)")
	}
	return nil
}

func (w *jsonWriter) number(f float64) *pathError {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return misplaced("is not a finite number, which JSON has no word for")
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		w.buf = strconv.AppendInt(w.buf, int64(f), 10)
		return nil
	}
	w.buf = strconv.AppendFloat(w.buf, f, 'g', -1, 64)
	return nil
}

func (w *jsonWriter) text(s string) *pathError {
	if len(s) > w.limit {
		return misplaced(fmt.Sprintf("more than %d bytes of JSON", w.limit))
	}
	w.args.turn.Steps(w.args.L, len(s)/64)
	if !utf8.ValidString(s) {
		return misplaced("is not UTF-8 text; text.sub cuts between characters, base64.encode makes a text of any bytes")
	}
	const hex = "0123456789abcdef"
	w.buf = append(w.buf, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b >= 0x20 && b != '"' && b != '\\' {
			continue
		}
		w.buf = append(w.buf, s[start:i]...)
		start = i + 1
		switch b {
		case '"', '\\':
			w.buf = append(w.buf, '\\', b)
		case '\n':
			w.buf = append(w.buf, `\n`...)
		case '\r':
			w.buf = append(w.buf, `\r`...)
		case '\t':
			w.buf = append(w.buf, `\t`...)
		default:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		}
	}
	w.buf = append(append(w.buf, s[start:]...), '"')
	return nil
}

func (w *jsonWriter) table(tb *lua.LTable) *pathError {
	if w.depth == 0 {
		return misplaced("tables are nested too deep; does one contain itself?")
	}
	w.depth--
	defer func() { w.depth++ }()
	list := isList(tb)
	tb = w.args.open(tb)
	k, err := sortKeys(tb)
	if err != nil {
		return err
	}
	w.args.turn.Steps(w.args.L, k.numbers+len(k.names))
	switch {
	case k.numbers > 0:
		return w.list(tb, k.numbers)
	case len(k.names) == 0 && list:
		w.buf = append(w.buf, "[]"...)
		return nil
	}
	return w.object(tb, k.names)
}

func (w *jsonWriter) list(tb *lua.LTable, n int) *pathError {
	w.buf = append(w.buf, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			w.buf = append(w.buf, ',')
		}
		if err := w.value(tb.RawGet(lua.LNumber(i))); err != nil { // a long list goes on beside the array
			return err.within(fmt.Sprintf("[%d]", i))
		}
	}
	w.buf = append(w.buf, ']')
	return nil
}

func (w *jsonWriter) object(tb *lua.LTable, names []string) *pathError {
	w.buf = append(w.buf, '{')
	for i, name := range names {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		if err := w.text(name); err != nil {
			return misplaced("a key " + err.reason)
		}
		w.buf = append(w.buf, ':')
		if err := w.value(tb.RawGetString(name)); err != nil {
			return err.within(brief(name))
		}
	}
	w.buf = append(w.buf, '}')
	return nil
}

// tableKeys are the keys of a table that is a list or an object.
type tableKeys struct {
	numbers int // 1..numbers
	names   []string
}

// sortKeys refuses tables that are neither list nor object, and names the key at fault.
func sortKeys(tb *lua.LTable) (tableKeys, *pathError) {
	var k tableKeys
	var odd *pathError
	largest := 0.0
	tb.ForEach(func(key, _ lua.LValue) {
		switch key := key.(type) {
		case lua.LString:
			k.names = append(k.names, string(key))
		case lua.LNumber:
			k.numbers++
			largest = math.Max(largest, float64(key))
			if !isInteger(key) || key < 1 {
				odd = misplaced(fmt.Sprintf("the key %s is neither a string nor a place in a list", keyText(key)))
			}
		default:
			odd = misplaced(fmt.Sprintf("the key %s; want a string or a place in a list", keyText(key)))
		}
	})
	if odd != nil {
		return k, odd
	}
	sort.Strings(k.names)
	if k.numbers > 0 && len(k.names) > 0 {
		return k, misplaced(fmt.Sprintf("is a list and has the key %s too; want one or the other", brief(k.names[0])))
	}
	if k.numbers > 0 && largest != float64(k.numbers) {
		for i := 1; ; i++ {
			if tb.RawGet(lua.LNumber(i)) == lua.LNil {
				return k, misplaced(fmt.Sprintf("is a list with a hole: [%d] is nil and [%s] is not", i, lua.LNumber(largest).String()))
			}
		}
	}
	return k, nil
}

// pathError says what of a value cannot be written as JSON, and where in it.
type pathError struct {
	path   []string // keys from the inside out
	reason string
}

func misplaced(reason string) *pathError { return &pathError{reason: reason} }

func (e *pathError) Error() string {
	if len(e.path) == 0 {
		return e.reason
	}
	return keyPath(e, "") + ": " + e.reason
}

// within notes that the value lies under a key.
func (e *pathError) within(key string) *pathError {
	e.path = append(e.path, key)
	return e
}

// keyPath writes where the fault is as a script would: order.items[3].fn, behind the given beginning.
func keyPath(e *pathError, begin string) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := len(e.path) - 1; i >= 0; i-- {
		if k := e.path[i]; b.Len() > 0 && !strings.HasPrefix(k, "[") {
			b.WriteString("." + k)
		} else {
			b.WriteString(k)
		}
	}
	return b.String()
}
