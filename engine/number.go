package engine

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// wholeNumbers bounds the integers that a float64 holds exactly.
const wholeNumbers = 1 << 53

// appendNumber writes a number as scripts see it: whole numbers up to 2^53 in full, as gopher-lua
// does, all others by "%.14g" as Lua 5.1 does, so that 0.1 + 0.2 reads 0.3.
func appendNumber(dst []byte, x float64) []byte {
	if x == math.Trunc(x) && math.Abs(x) <= wholeNumbers && (x != 0 || !math.Signbit(x)) {
		return strconv.AppendInt(dst, int64(x), 10)
	}
	return appendFloat(dst, spec{verb: 'g', precision: 14, hasPrecision: true}, x)
}

// NumberText writes a number as tostring does: 0.3 for 0.1 + 0.2, inf, nan.
func NumberText(x float64) string { return numberText(x) }

func numberText(x float64) string {
	var buf [32]byte
	return string(appendNumber(buf[:0], x))
}

// toNumber converts as Lua does where a number is wanted: numbers and numerals.
func toNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return syntax.ParseNumber(string(v))
	}
	return 0, false
}

// numeral is toNumber for natives: it charges the turn for reading a text, which may have megabytes.
func numeral(L *lua.LState, v lua.LValue) (float64, bool) {
	if s, ok := v.(lua.LString); ok {
		TurnOf(L).Steps(L, 1+len(s)/8)
	}
	return toNumber(v)
}

// toInt cuts a number off to a whole one; what no int can hold becomes the nearest that it can.
func toInt(x float64) int {
	switch {
	case x != x:
		return 0
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x <= math.MinInt64:
		return math.MinInt64
	}
	return int(x)
}

// smallNumbers are boxed once: positions, lengths and bytes are most of what string functions return.
var smallNumbers = func() (boxed [1024]lua.LValue) {
	for i := range boxed {
		boxed[i] = lua.LNumber(i)
	}
	return boxed
}()

func intValue(n int) lua.LValue {
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return lua.LNumber(n)
}
