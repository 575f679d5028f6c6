package code_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/engine/syntax"
)

// library has what every script needs.
func library() *code.Library {
	L := lua.NewState()
	defer L.Close()
	fn := func(f lua.LGFunction) *lua.LFunction { return L.NewFunction(f) }
	return &code.Library{
		Value: func(string) lua.LValue { return nil },
		Concat: fn(func(L *lua.LState) int {
			text := ""
			for i := 1; i <= L.GetTop(); i++ {
				text += L.ToString(i)
			}
			L.Push(lua.LString(text))
			return 1
		}),
		Minus:   fn(func(L *lua.LState) int { L.Push(-L.CheckNumber(1)); return 1 }),
		Bounds:  fn(func(*lua.LState) int { return 3 }),
		TooLong: fn(func(L *lua.LState) int { L.RaiseError("full"); return 0 }), MaxItems: 3,
	}
}

func generate(t *testing.T, source string) (*lua.FunctionProto, error) {
	t.Helper()
	chunk, err := syntax.Parse([]byte(source))
	require.NoError(t, err)
	return code.Generate("main.lua", chunk, library(), nil)
}

// run runs a source in the library's own machine and returns what it returns, as text.
func run(t *testing.T, source string) (string, error) {
	t.Helper()
	proto, err := generate(t, source)
	require.NoError(t, err)
	L := lua.NewState()
	defer L.Close()
	L.Push(L.NewFunctionFromProto(proto))
	if err := L.PCall(0, 1, nil); err != nil {
		return "", err
	}
	return L.ToString(-1), nil
}

func TestLists(t *testing.T) {
	got, err := run(t, "local t = {} for i = 1, 3 do t[#t + 1] = i end return #t .. t[3]")
	require.NoError(t, err)
	require.Equal(t, "33", got)
	_, err = run(t, "local t = { 1, 2, 3 } t[#t + 1] = 4")
	require.ErrorContains(t, err, "full")
}

// What does not fit into an operand is loaded before.
func TestManyConstants(t *testing.T) {
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, "t.k%d = %d.5 ", i, i)
	}
	got, err := run(t, "local t = {} "+many.String()+`
		t[#t + 1] = "last"
		function t:late(x) return self.k299 + x end
		return t:late(0.25) .. t[1] .. (t.k280 > 280.25 and "more" or "less")`)
	require.NoError(t, err)
	require.Equal(t, "299.75lastmore", got)
}

func TestTooLarge(t *testing.T) {
	deep := "x"
	for range 4 {
		deep = "(" + deep + strings.Repeat("+1", 900) + ")"
	}
	for _, c := range []struct{ name, source, want string }{
		{"arguments", "f(" + strings.Repeat("a,", 260) + "a)", "1: too large an expression, or too many local variables in a function"},
		{"depth", "return " + deep, "1: too large an expression: more than 2000 levels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := generate(t, c.source)
			var e *syntax.Error
			require.True(t, errors.As(err, &e), "%v", err)
			require.Equal(t, c.want, e.Error())
			require.Equal(t, "split it into several", e.Hint)
		})
	}
}

func TestNotes(t *testing.T) {
	chunk, err := syntax.Parse([]byte("local a = 1\ndo local b = a.x end\nlocal function f(p) return a + p end"))
	require.NoError(t, err)
	notes := code.Notes{}
	proto, err := code.Generate("main.lua", chunk, library(), notes)
	require.NoError(t, err)
	require.Len(t, notes, 2)
	main := notes[proto]
	require.Equal(t, []string{"a", "b", "f"}, []string{main.Vars[0].Name, main.Vars[1].Name, main.Vars[2].Name})
	require.Equal(t, main.Vars[1].Reg, main.Vars[2].Reg, "a block gives its registers back")
	require.LessOrEqual(t, main.Vars[1].To, main.Vars[2].From)
	require.Equal(t, []string{"a"}, notes[proto.FunctionPrototypes[0]].Upvalues)
	require.NoError(t, code.Usable())
}

// A bug of whoever gives the library is not taken for an error of the script.
func TestPanicsPass(t *testing.T) {
	chunk, err := syntax.Parse([]byte("return x"))
	require.NoError(t, err)
	require.Panics(t, func() { _, _ = code.Generate("main.lua", chunk, &code.Library{}, nil) })
}
