package engine

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// spec is one conversion of a format: %[flags][width][.precision]verb.
type spec struct {
	minus, plus, space, alt, zero bool

	width, precision int // two digits at most
	hasPrecision     bool
	verb             byte
}

// stringFormat is Lua 5.1's string.format: verbs c d i o u x X e E f g G q s, no %p, no %v, nothing that
// shows an address or what is inside a userdata.
func stringFormat(L *lua.LState) int {
	a := args{L, "format"}
	format := a.str(1)
	t := TurnOf(L)
	t.Steps(L, 1+len(format)/16)
	var out text
	out.begin(L, t)
	arg := 1
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			break
		}
		out.add(format[:i])
		format = format[i+1:]
		if strings.HasPrefix(format, "%") {
			out.addByte('%')
			format = format[1:]
			continue
		}
		if arg++; arg > L.GetTop() {
			a.bad(arg, "no value")
		}
		var s spec
		s, format = parseSpec(L, format)
		a.convert(&out, s, arg)
	}
	out.add(format)
	L.Push(out.value())
	return 1
}

// parseSpec reads a conversion behind its % and returns what follows it.
func parseSpec(L *lua.LState, f string) (spec, string) {
	var s spec
	flags := 0
	for ; flags < len(f) && s.flag(f[flags]); flags++ {
	}
	if flags > len("-+ #0") {
		raise(L, "invalid format (repeated flags)")
	}
	f = f[flags:]
	s.width, f = twoDigits(f)
	if strings.HasPrefix(f, ".") {
		s.hasPrecision = true
		s.precision, f = twoDigits(f[1:])
	}
	if f != "" && isDigit(f[0]) {
		raise(L, "invalid format (width or precision too long)")
	}
	if f == "" {
		raise(L, "invalid option '%' to 'format'")
	}
	s.verb = f[0]
	return s, f[1:]
}

func (s *spec) flag(c byte) bool {
	switch c {
	case '-':
		s.minus = true
	case '+':
		s.plus = true
	case ' ':
		s.space = true
	case '#':
		s.alt = true
	case '0':
		s.zero = true
	default:
		return false
	}
	return true
}

func twoDigits(f string) (n int, rest string) {
	for i := 0; i < 2 && f != "" && isDigit(f[0]); i++ {
		n = 10*n + int(f[0]-'0')
		f = f[1:]
	}
	return n, f
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (a args) convert(out *text, s spec, arg int) {
	switch s.verb {
	case 'd', 'i':
		out.grow(s.longest(0))
		out.buf = appendInteger(out.buf, s, toInt(a.num(arg)))
	case 'u', 'o', 'x', 'X':
		out.grow(s.longest(0))
		out.buf = appendUnsigned(out.buf, s, toUnsigned(a.num(arg)))
	case 'e', 'E', 'f', 'g', 'G':
		x := a.num(arg)
		out.grow(s.longest(x))
		out.buf = appendFloat(out.buf, s, x)
	case 'c':
		c := [1]byte{byte(a.int(arg))}
		out.addPadded(string(c[:]), s)
	case 's':
		v := a.str(arg)
		if s.hasPrecision && s.precision < len(v) {
			v = v[:s.precision]
		}
		out.addPadded(v, s)
	case 'q':
		out.addQuoted(a.str(arg))
	default:
		raise(a.L, fmt.Sprintf("invalid option '%%%c' to 'format'", rune(s.verb)))
	}
}

// longest is how many bytes are enough for x and for any integer: its digits, those behind the point, sign, prefix, exponent.
func (s spec) longest(x float64) int {
	digits := 24
	if s.verb == 'f' && math.Abs(x) >= 1e15 {
		digits = 309
	}
	return 8 + max(s.width, digits+max(6, s.precision))
}

func (b *text) addPadded(v string, s spec) {
	pad := max(0, s.width-len(v))
	b.grow(len(v) + pad)
	if s.minus {
		b.buf = append(b.buf, v...)
	}
	for range pad {
		b.buf = append(b.buf, ' ')
	}
	if !s.minus {
		b.buf = append(b.buf, v...)
	}
}

// addQuoted writes a string as a literal that Lua reads back.
func (b *text) addQuoted(v string) {
	b.addByte('"')
	for i := range len(v) {
		switch c := v[i]; c {
		case '"', '\\', '\n':
			b.addByte('\\')
			b.addByte(c)
		case '\r':
			b.add(`\r`)
		case 0:
			b.add(`\000`)
		default:
			b.addByte(c)
		}
	}
	b.addByte('"')
	b.t.Steps(b.L, 1+len(v)/8)
}

// toUnsigned converts as C does on this machine: a negative number wraps around.
func toUnsigned(x float64) uint64 {
	switch {
	case x != x:
		return 0
	case x < 0:
		return uint64(toInt(x))
	case x >= math.MaxUint64:
		return math.MaxUint64
	}
	return uint64(x)
}

func appendInteger(dst []byte, s spec, n int) []byte {
	abs := uint64(n)
	if n < 0 {
		abs = -abs
	}
	var digits [24]byte
	return s.appendNumber(dst, s.sign(n < 0), digitsOf(digits[:0], s, abs, 10), !s.hasPrecision)
}

func appendUnsigned(dst []byte, s spec, n uint64) []byte {
	var space [24]byte
	base, prefix := 10, ""
	switch s.verb {
	case 'o':
		base = 8
	case 'x', 'X':
		base = 16
		if s.alt && n != 0 {
			prefix = "0" + string(rune(s.verb))
		}
	}
	digits := digitsOf(space[:0], s, n, base)
	if s.verb == 'o' && s.alt && (len(digits) == 0 || digits[0] != '0') {
		prefix = "0"
	}
	if s.verb == 'X' {
		for i, c := range digits {
			if c >= 'a' {
				digits[i] = c - 'a' + 'A'
			}
		}
	}
	return s.appendNumber(dst, prefix, digits, !s.hasPrecision)
}

// digitsOf writes a whole number with at least as many digits as the precision says.
func digitsOf(dst []byte, s spec, n uint64, base int) []byte {
	if s.hasPrecision && s.precision == 0 && n == 0 {
		return dst
	}
	digits := strconv.AppendUint(dst, n, base)
	if missing := s.precision - len(digits); missing > 0 {
		padded := make([]byte, 0, s.precision)
		for range missing {
			padded = append(padded, '0')
		}
		return append(padded, digits...)
	}
	return digits
}

func (s spec) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case s.plus:
		return "+"
	case s.space:
		return " "
	}
	return ""
}

// appendNumber writes prefix and digits, filled up to the width on the right side.
func (s spec) appendNumber(dst []byte, prefix string, digits []byte, zeros bool) []byte {
	pad := max(0, s.width-len(prefix)-len(digits))
	zeros = zeros && s.zero && !s.minus
	if !s.minus && !zeros {
		dst = appendPad(dst, ' ', pad)
	}
	dst = append(dst, prefix...)
	if zeros {
		dst = appendPad(dst, '0', pad)
	}
	dst = append(dst, digits...)
	if s.minus {
		dst = appendPad(dst, ' ', pad)
	}
	return dst
}

func appendPad(dst []byte, c byte, n int) []byte {
	for range n {
		dst = append(dst, c)
	}
	return dst
}
