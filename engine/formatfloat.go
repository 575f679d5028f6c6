package engine

import (
	"bytes"
	"math"
	"strconv"
)

// appendFloat writes x as C's printf does for the verbs e E f g G.
func appendFloat(dst []byte, s spec, x float64) []byte {
	var space [64]byte
	prefix := s.sign(math.Signbit(x))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		word := "inf"
		if x != x {
			word, prefix = "nan", s.sign(false) // which sign 0/0 has depends on the machine
		}
		return s.appendNumber(dst, prefix, upperIf(append(space[:0], word...), s.verb), false)
	}
	precision := 6
	if s.hasPrecision {
		precision = s.precision
	}
	digits := space[:0]
	switch s.verb {
	case 'f':
		digits = strconv.AppendFloat(digits, math.Abs(x), 'f', precision, 64)
		if s.alt && precision == 0 {
			digits = append(digits, '.')
		}
	case 'e', 'E':
		digits = appendExponent(digits, s, math.Abs(x), precision)
	default:
		digits = appendShorter(digits, s, math.Abs(x), max(1, precision))
	}
	return s.appendNumber(dst, prefix, upperIf(digits, s.verb), true)
}

func appendExponent(dst []byte, s spec, x float64, precision int) []byte {
	dst = strconv.AppendFloat(dst, x, 'e', precision, 64)
	if s.alt && precision == 0 {
		e := bytes.IndexByte(dst, 'e')
		dst = append(dst[:e], append([]byte{'.'}, dst[e:]...)...)
	}
	return dst
}

// appendShorter is %g: precision significant digits, with an exponent when the number is very small or
// needs more than that, and without zeros at the end unless # asks for them.
func appendShorter(dst []byte, s spec, x float64, precision int) []byte {
	var space [128]byte
	e := strconv.AppendFloat(space[:0], x, 'e', precision-1, 64)
	mark := bytes.IndexByte(e, 'e')
	exponent, _ := strconv.Atoi(string(e[mark+1:]))
	if exponent < -4 || exponent >= precision {
		mantissa := e[:mark]
		if !s.alt {
			mantissa = cutZeros(mantissa)
		} else if precision == 1 {
			mantissa = append(bytes.Clone(mantissa), '.')
		}
		return append(append(dst, mantissa...), e[mark:]...)
	}
	begin := len(dst)
	dst = strconv.AppendFloat(dst, x, 'f', precision-1-exponent, 64)
	if !s.alt {
		return dst[:begin+len(cutZeros(dst[begin:]))]
	}
	if exponent == precision-1 {
		dst = append(dst, '.')
	}
	return dst
}

// cutZeros drops the zeros at the end of a fraction, and the point if nothing else is left of it.
func cutZeros(digits []byte) []byte {
	if bytes.IndexByte(digits, '.') < 0 {
		return digits
	}
	return bytes.TrimSuffix(bytes.TrimRight(digits, "0"), []byte{'.'})
}

func upperIf(digits []byte, verb byte) []byte {
	if verb == 'E' || verb == 'G' {
		return bytes.ToUpper(digits)
	}
	return digits
}
