package syntax_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine/syntax"
)

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"a semicolon alone", ";", "1: unexpected symbol near ';'"},
		{"two semicolons", "a = 1;;", "1: unexpected symbol near ';'"},
		{"a call on a new line", "f\n(x)", "2: ambiguous syntax (function call x new statement) near '('"},
		{"a call in brackets", "(f())", "1: syntax error near '<eof>'"},
		{"a name in brackets as target", "(a) = 1", "1: syntax error near '='"},
		{"break before more", "while x do break y() end", "1: 'end' expected near 'y'"},
		{"break in a function in a loop", "while x do f(function() break end) end", "1: no loop to break near 'end'"},
		{"... outside", "function f() return ... end", "1: cannot use '...' outside a vararg function near '...'"},
		{"goto", "goto done", "1: '=' expected near 'done'"},
		{"a number and a letter", "x = 3x", "1: malformed number near '3x'"},
		{"two points", "x = 1..2", "1: malformed number near '1..2'"},
		{"no hexadecimal digits", "x = 0x", "1: malformed number near '0x'"},
		{"no exponent", "x = 1e+", "1: malformed number near '1e+'"},
		{"an escape", `x = "\300"`, `1: escape sequence too large near '"\300'`},
		{"a text that does not end", "x = 'ab\ncd'", "1: unfinished string near ''ab'"},
		{"a text at the end", "x = 'ab", "1: unfinished string near '<eof>'"},
		{"a text with a backslash at the end", `x = 'ab\`, "1: unfinished string near '<eof>'"},
		{"a long text", "x = [==[ab]=]\n]]", "2: unfinished long string near '<eof>'"},
		{"a long comment", "--[[ ab", "1: unfinished long comment near '<eof>'"},
		{"half a long bracket", "x = [=ab", "1: invalid long string delimiter near '[='"},
		{"an argument too few", "function f(a,) end", "1: <name> or '...' expected near ')'"},
		{"a number as parameter", "function f(1) end", "1: <name> or '...' expected near '1'"},
		{"a method without a call", "a:b = 1", "1: function arguments expected near '='"},
		{"what opened it", "if a then\nb()", "2: 'end' expected (to close 'if' at line 1) near '<eof>'"},
		{"a full-width comma behind one", "on.text('茶'，1)", "1: unexpected symbol '，' in column 12"},
		{"a letter outside ASCII", "茶 = 1", "1: unexpected symbol '茶' in column 1"},
		{"a long text shown", "x = = '" + strings.Repeat("月", 20) + "'", "1: unexpected symbol near '='"},
		{"a long text near", "x '" + strings.Repeat("月", 20) + "\t' 'y' = z", "1: unexpected symbol near '='"},
		{"a long text cut", "local '" + strings.Repeat("月", 20) + "'", "1: <name> expected near ''" + strings.Repeat("月", 13) + "…'"},
		{"a control sign", "x = \x01", "1: unexpected symbol near ' '"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := syntax.Parse([]byte(c.source))
			var e *syntax.Error
			require.True(t, errors.As(err, &e), "%v", err)
			require.Equal(t, c.want, err.Error())
		})
	}
}

func TestWhatIsTaken(t *testing.T) {
	for _, source := range []string{
		"", "#!/usr/bin/lua\nx = 1", "\xef\xbb\xbfx = 1", "a = 1; b = 2;", "goto = 1", "local continue", "return", "return;", "break_ = 1",
		"--[=[ a ]] \n ]=] x = 1", "--[==\nx = 1", "--[x\ny = 1", "x = [[ a [[ b ]]", "x = [[\r\nab\n\r]]", "x = 'a\\\nb\\065\\x\\a\\b\\f\\n\\r\\t\\v\\z'",
		"x = .5 + 3. + 1e400 + 0xAp1 + 0xffffffffffffffffff", "f 'x' { y } (z)", "local function f(...) return ... end", "f((...))", "a.b['c'].d = {}",
		"x = {1, 2; a = 3, [4] = 5,}", "for i = 1, 2 do break end", "repeat local x until x", "do return end", "x = -2 ^ 2",
	} {
		_, err := syntax.Parse([]byte(source))
		require.NoError(t, err, source)
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]float64{
		"10": 10, " 010 ": 10, "1e2": 100, ".5": 0.5, "5.": 5, "0x10": 16, "-0x10": -16, "+7": 7, "0x1p4": 16, "0x.8": 0.5, "1E-2": 0.01,
		"0xffffffffffffffff": 1 << 64, "\t3\v\f\r\n": 3,
	} {
		got, ok := syntax.ParseNumber(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", " ", "-", "0x", "0xg", "1_000", "0b1", "0o7", "inf", "nan", "1 2", "--1", "1e", "e5", "0x1_0", "infinity", ".", "１"} {
		_, ok := syntax.ParseNumber(text)
		require.False(t, ok, text)
	}
}

// Every name knows its variable, and every variable who uses it.
func TestVariables(t *testing.T) {
	chunk, err := syntax.Parse([]byte(`
local a, b = 1, x
local function f(p, ...) a = p + #arg return function() return p, b end end
do local a = a end
function g.h:m() return self end
y, b = _G, 2`))
	require.NoError(t, err)
	stmts := chunk.Main.Body.Stmts
	first := stmts[0].(*syntax.Declare)
	require.True(t, first.Locals[0].Captured)
	require.True(t, first.Locals[0].Assigned)
	require.True(t, first.Locals[1].Assigned)
	require.Nil(t, first.Values[1].(*syntax.Name).Local)
	f := stmts[1].(*syntax.LocalFunction).Func
	require.Equal(t, "f", f.Name)
	require.True(t, f.Params[0].Captured)
	require.Equal(t, "arg", f.Arg.Name)
	inner := stmts[2].(*syntax.Do).Body.Stmts[0].(*syntax.Declare)
	require.Same(t, first.Locals[0], inner.Values[0].(*syntax.Name).Local, "a variable does not see itself")
	method := stmts[3].(*syntax.Function).Func
	require.Equal(t, "g.h:m", method.Name)
	require.Equal(t, "self", method.Params[0].Name)
	require.Equal(t, map[string]bool{"y": true}, chunk.Assigned)
	require.True(t, chunk.Reflects)
	require.Equal(t, 3, chunk.Functions)
}
