package syntax

import (
	"math"
	"strconv"
	"strings"
)

// ParseNumber reads a numeral as lua5.1 does in a source, in tonumber and where arithmetic meets a text: decimal
// with a fraction and an exponent, or hexadecimal (also 0x1p4, which C reads), a sign and blanks around it. Too
// large a number is infinite. What only C takes for a number, inf and nan, is none.
func ParseNumber(text string) (value float64, ok bool) {
	s := strings.Trim(text, " \t\n\v\f\r")
	digits, sign := s, ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, digits = s[:1], s[1:]
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		return parseHex(sign, digits[2:])
	}
	if !isDecimal(digits) {
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil || math.IsInf(x, 0)
}

// isDecimal leaves out what strconv reads beside: inf, nan, 1_000 and hexadecimals.
func isDecimal(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && c != '.' && c|0x20 != 'e' && c != '+' && c != '-' {
			return false
		}
	}
	return s != "" && (isDigit(s[0]) || s[0] == '.')
}

func parseHex(sign, digits string) (float64, bool) {
	for i := range len(digits) {
		if c := digits[i]; !isHex(c) && c != '.' && c|0x20 != 'p' && c != '+' && c != '-' {
			return 0, false
		}
	}
	if !strings.ContainsAny(digits, "pP") {
		digits += "p0"
	}
	x, err := strconv.ParseFloat(sign+"0x"+digits, 64)
	return x, err == nil || math.IsInf(x, 0)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
