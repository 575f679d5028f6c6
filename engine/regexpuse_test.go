package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// finder is a lab whose scripts have find(pattern, text), the places of the first match, findall(pattern, text, most), how
// many there are, and need(bytes).
func finder(t *testing.T) *lab {
	t.Helper()
	compiled := func(L *lua.LState) *engine.Regexp {
		re, err := engine.CompileRegexp(L.CheckString(1))
		require.NoError(t, err)
		return re
	}
	return newLab(t, engine.Native{Name: "find", Fn: func(L *lua.LState) int {
		found, err := compiled(L).Find(engine.TurnOf(L), L, L.CheckString(2))
		require.NoError(t, err)
		for _, at := range found {
			L.Push(lua.LNumber(at))
		}
		return len(found)
	}}, engine.Native{Name: "findall", Fn: func(L *lua.LState) int {
		held := engine.TurnOf(L).Hold()
		defer held.Drop()
		found := compiled(L).FindAll(&held, L, L.CheckString(2), L.CheckInt(3))
		L.Push(lua.LNumber(len(found)))
		L.Push(lua.LNumber(held.Size()))
		return 2
	}}, engine.Native{Name: "need", Fn: func(L *lua.LState) int {
		engine.TurnOf(L).NeedMemory(L, L.CheckInt(1))
		L.Push(lua.LString("there"))
		return 1
	}})
}

func TestRegexpFindsForScripts(t *testing.T) {
	l := finder(t)
	for _, c := range []struct{ name, expr, want string }{
		{"the first", `find("b+", "abbab")`, "1 3"},
		{"none", `find("c", "abbab")`, ""},
		{"too much work", `find([[(?:\pL?\pN?){100}x]], ("a"):rep(262144))`, "error: find: too much work for a regular expression: this one takes texts of up to 2.0 KiB, and this text has 256.0 KiB"},
		{"all", `findall("a", "abaab", -1)`, "3 192"},
		{"all with groups", `findall("(a)(b)", "abaab", -1)`, "2 192"},
		{"no more than wanted", `findall("a", "abaab", 2)`, "2 128"},
		{"none wanted", `findall("a", "abaab", 0)`, "0 0"},
		{"as many as a list holds", `findall("", ("a"):rep(262142), -1)`, "262143 16777152"},
		{"more than a list holds", `findall("", ("a"):rep(262143), -1)`, "error: findall: more than 262,143 matches; give a limit or a shorter text"},
		{"memory for some", `need(1048576)`, `"there"`},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, l.eval(t, c.expr)) })
	}
}

// TestMemoryThatIsNotThere ends the turn before it is taken.
func TestMemoryThatIsNotThere(t *testing.T) {
	l := finder(t)
	run := func(body string) (*sink, error) {
		host := &sink{}
		_, err := l.eng.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": body}), engine.BuildOptions{Host: host, Limits: unhurried(engine.Limits{Memory: 8 << 20})})
		return host, err
	}
	for _, c := range []struct{ name, body string }{
		{"for what a native makes", `need(8388609)`},
		{"for what is found", `findall("a", ("a"):rep(250000), -1)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			host, err := run(`pcall(function() ` + c.body + ` end) emit("survived")`)
			var over *engine.ScriptError
			require.ErrorAs(t, err, &over)
			require.Equal(t, "memory", over.Limit)
			require.ErrorContains(t, err, "over the limit memory of 8.0 MiB by ")
			require.Empty(t, host.rows)
		})
	}
	host, err := run(`emit(need(8388608))`)
	require.NoError(t, err)
	require.Len(t, host.rows, 1)
}

// TestRegexpsAreShared between builds, as long as somebody has them.
func TestRegexpsAreShared(t *testing.T) {
	l := newLab(t)
	one, err := l.eng.Regexp("a+")
	require.NoError(t, err)
	same, err := l.eng.Regexp("a+")
	require.NoError(t, err)
	require.Same(t, one, same)
	other, err := l.eng.Regexp("b+")
	require.NoError(t, err)
	require.NotSame(t, one, other)
	require.Equal(t, "b+", other.String())
	_, err = l.eng.Regexp("(a")
	require.EqualError(t, err, "missing closing ): `(a`")
}

// TestRegexpRefusesPatterns that would be large, and what looks like a character and is none.
func TestRegexpRefusesPatterns(t *testing.T) {
	for _, c := range []struct{ name, pattern, want string }{
		{"as large as may be", "(?:" + strings.Repeat("a", 99) + "){100}", ""},
		{"larger", "(?:" + strings.Repeat("a", 101) + "){100}", "the pattern is too large: its repeats make some 10,200 steps of it; at most 10,000 are allowed"},
		{"no number of a character", `(?i)[a-\x{}]`, "invalid escape sequence: `\\x{}`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := engine.CompileRegexp(c.pattern)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
	re, err := engine.CompileRegexp("a")
	require.NoError(t, err)
	_, err = re.Find(nil, nil, strings.Repeat("a", 4<<20))
	require.True(t, errors.Is(err, engine.ErrRegexpWork))
}
