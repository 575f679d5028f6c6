package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestClassesOfBytes are those of C: each byte is in exactly these, and a capital letter stands for the others.
func TestClassesOfBytes(t *testing.T) {
	between := func(from, to byte) func(byte) bool { return func(c byte) bool { return c >= from && c <= to } }
	any := func(all ...func(byte) bool) func(byte) bool {
		return func(c byte) bool {
			for _, is := range all {
				if is(c) {
					return true
				}
			}
			return false
		}
	}
	lower, upper, digit := between('a', 'z'), between('A', 'Z'), between('0', '9')
	l := newLab(t)
	for letter, is := range map[string]func(byte) bool{
		"a": any(lower, upper), "c": any(between(0, 31), between(127, 127)), "d": digit, "l": lower, "u": upper, "w": any(lower, upper, digit),
		"p": any(between(33, 47), between(58, 64), between(91, 96), between(123, 126)), "s": any(between(9, 13), between(32, 32)),
		"x": any(digit, between('a', 'f'), between('A', 'F')), "z": between(0, 0),
	} {
		t.Run(letter, func(t *testing.T) {
			rows, err := l.run(t, `local in_, out = "", "" for c = 0, 255 do
				in_ = in_ .. (string.char(c):find("%`+letter+`") and "1" or "0")
				out = out .. (string.char(c):find("%`+strings.ToUpper(letter)+`") and "0" or "1")
			end emit(in_, out)`)
			require.NoError(t, err)
			want := make([]byte, 256)
			for c := range want {
				want[c] = '0'
				if is(byte(c)) {
					want[c] = '1'
				}
			}
			require.Equal(t, string(want), rows[0][0].String())
			require.Equal(t, string(want), rows[0][1].String())
		})
	}
}

// TestHowDeepAPatternMayGo in what it may have to take back.
func TestHowDeepAPatternMayGo(t *testing.T) {
	exprs{
		{`("a"):rep(300):find(("a?"):rep(199) .. "a")`, "1 200"},
		{`("a"):rep(300):find(("a?"):rep(200) .. "a")`, "error: pattern too complex"},
		{`("a"):rep(32):find(("(a)"):rep(32)) ~= nil`, "true"},
	}.run(t)
}
