package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// TestLocalsOfAReport: the last five that were declared, the latest first, each on one line of eighty bytes, and no
// functions.
func TestLocalsOfAReport(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct{ name, source, want string }{
		{"none", `error("x")`, ""},
		{"plain ones", `local a, b, c, d = 1, "two", true, nil error("x")`, `d = nil; c = true; b = "two"; a = 1`},
		{"six of them", `local a, b, c, d, e, f = 1, 2, 3, 4, 5, 6 error("x")`, "f = 6; e = 5; d = 4; c = 3; b = 2"},
		{"five of them", `local a, b, c, d, e = 1, 2, 3, 4, 5 error("x")`, "e = 5; d = 4; c = 3; b = 2; a = 1"},
		{"functions and the like", `local f, c = function() end, coroutine.create(tostring) local n = 7 error("x")`, "n = 7"},
		{"a library", `local s = string local n = 7 error("x")`, "n = 7"},
		{"those of a block that is over", `do local a = 1 end local b = 2 error("x")`, "b = 2"},
		{"those to come", `local a = 1 if a then error("x") end local b = 2`, "a = 1"},
		{"numbers", `local a, b, c = 0.1, 1e100, -7 error("x")`, "c = -7; b = 1e+100; a = 0.1"},
		{"an empty table", `local t = {} error("x")`, "t = {}"},
		{"a list", `local t = { 1, "a", false } error("x")`, `t = { 1, "a", false }`},
		{"names", `local t = { id = 7 } error("x")`, `t = { id = 7 }`},
		{"a name that is none", `local t = { ["two words"] = 7 } error("x")`, `t = { ["two words"] = 7 }`},
		{"a list that does not begin at one", `local t = { [3] = 7 } error("x")`, "t = { [3] = 7 }"},
		{"a key of truth", `local t = { [true] = 7 } error("x")`, "t = { [boolean] = 7 }"},
		{"tables in tables", `local t = { { { { { 1 } } } } } error("x")`, "t = { { { { {…} } } } }"},
		{"a function in a table", `local t = { tostring } error("x")`, "t = { function }"},
		{"a library in a table", `local t = { string } error("x")`, "t = { {…} }"},
		{"text with ends of line", `local s = "a\nb\t\"c\"" error("x")`, `s = "a\nb\t\"c\""`},
		{"a long text", `local s = ("x"):rep(100) error("x")`, `s = "` + strings.Repeat("x", 76) + "…"},
		{"a text that fits", `local s = ("x"):rep(78) error("x")`, `s = "` + strings.Repeat("x", 78) + `"`},
		{"a long list", `local t = {} for i = 1, 100 do t[i] = 7 end error("x")`, "t = { " + strings.Repeat("7, ", 24) + "7, …"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.run(t, tt.source)
			var e *engine.ScriptError
			require.ErrorAs(t, err, &e)
			var got []string
			for _, local := range e.Locals {
				require.LessOrEqual(t, len(local.Value), 80)
				got = append(got, local.Name+" = "+local.Value)
			}
			require.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

// TestFramesOfAReport: the failing one first, ten at most, each by its name and parameters.
func TestFramesOfAReport(t *testing.T) {
	l := newLab(t)
	frames := func(source string) (all []string) {
		_, err := l.run(t, source)
		var e *engine.ScriptError
		require.ErrorAs(t, err, &e)
		for _, f := range e.Frames {
			all = append(all, fmt.Sprintf("%s %s:%d", f.Func, f.File, f.Line))
		}
		return all
	}
	require.Equal(t, []string{"main chunk main.lua:1"}, frames(`error("x")`))
	require.Equal(t, []string{"f(a, b) main.lua:1", "main chunk main.lua:2"}, frames("local function f(a, b) error('x') end\nf()"))
	require.Equal(t, []string{"t.f() main.lua:1", "main chunk main.lua:2"}, frames("local t = {} function t.f() error('x') end\nt.f()"))
	require.Equal(t, []string{"t:f(a) main.lua:1", "main chunk main.lua:2"}, frames("local t = {} function t:f(a) error('x') end\nt:f()"))
	require.Equal(t, []string{"busy() main.lua:1"}, frames("local function busy() while true do end end\npcall(busy)"), "what no pcall catches, too")
	deep := frames("local function deep(n) if n == 0 then error('x') end return 1 + deep(n - 1) end\ndeep(20)")
	require.Len(t, deep, 10)
	require.Equal(t, "deep(n) main.lua:1", deep[9])
	require.Len(t, frames("local function deep(n) if n == 0 then error('x') end return 1 + deep(n - 1) end\ndeep(8)"), 10)
	require.Len(t, frames("local function deep(n) if n == 0 then error('x') end return 1 + deep(n - 1) end\ndeep(7)"), 9)
}

// TestWhatAScriptRaises is kept, as text or as plain data, up to two kibibytes.
func TestWhatAScriptRaises(t *testing.T) {
	l := newLab(t)
	raise := func(source string) *engine.ScriptError {
		_, err := l.run(t, source)
		var e *engine.ScriptError
		require.ErrorAs(t, err, &e)
		return e
	}
	e := raise(`error({ code = 7, list = { 1 } })`)
	require.True(t, strings.HasPrefix(e.Msg, "error object: { "), e.Msg)
	require.Equal(t, map[string]any{"code": 7.0, "list": []any{1.0}}, e.Value)
	e = raise(`error(7)`)
	require.Equal(t, "7", e.Msg)
	require.Nil(t, e.Value)
	e = raise(`error()`)
	require.Equal(t, "error object: nil", e.Msg)
	require.Nil(t, e.Value)
	e = raise(`error({ tostring })`)
	require.Nil(t, e.Value, "what is no plain data is not kept")
	require.Equal(t, "error object: { function }", e.Msg)
	e = raise(`local t = {} for i = 1, 98 do t[i] = 1 end error(t)`)
	require.Len(t, e.Value, 98)
	e = raise(`local t = {} for i = 1, 100 do t[i] = 1 end error(t)`)
	require.Nil(t, e.Value, "a hundred values are the most, the table among them")
	e = raise(`error(("x"):rep(2048), 0)`)
	require.Equal(t, strings.Repeat("x", 2048), e.Msg)
	e = raise(`error(("x"):rep(2049), 0)`)
	require.Equal(t, strings.Repeat("x", 2045)+"…", e.Msg)
	for kind, want := range map[engine.ErrorKind]string{engine.ErrorRun: "run", engine.ErrorSyntax: "syntax", engine.ErrorLimit: "limit", engine.ErrorStopped: "stopped", engine.ErrorInternal: "internal"} {
		require.Equal(t, want, kind.String())
	}
	for _, tt := range []struct {
		e    engine.ScriptError
		want string
	}{
		{engine.ScriptError{Msg: "oh"}, "oh"},
		{engine.ScriptError{File: "a.lua", Msg: "oh"}, "a.lua: oh"},
		{engine.ScriptError{File: "a.lua", Line: 1, Msg: "oh"}, "a.lua:1: oh"},
	} {
		require.EqualError(t, &tt.e, tt.want)
	}
}

// TestEdgesOfPlainData: so deep, so many and so much may be copied out.
func TestEdgesOfPlainData(t *testing.T) {
	w := newWorld(t, nil)
	for _, tt := range []struct {
		name, value string // of %d
		fits        int
		caps        engine.Caps
		want        string
	}{
		{"depth by default", `(function() local t = 1 for i = 1, %d do t = { t } end return t end)()`, 16, engine.Caps{}, "tables are nested deeper than 16"},
		{"depth", `(function() local t = 1 for i = 1, %d do t = { t } end return t end)()`, 3, engine.Caps{Depth: 3}, "tables are nested deeper than 3"},
		{"values by default", `(function() local t = {} for i = 1, %d do t["k" .. i] = 1 end return t end)()`, 9_999, engine.Caps{}, "too many values"},
		{"values of a list", `(function() local t = {} for i = 1, %d do t[i] = 1 end return t end)()`, 9, engine.Caps{Count: 10}, "too many values"},
		{"bytes by default", `("x"):rep(%d)`, 1 << 20, engine.Caps{}, "too much text"},
		{"bytes of names", `{ [("x"):rep(%d)] = "y" }`, 9, engine.Caps{Bytes: 10}, "too much text"},
		{"bytes of texts", `{ x = ("x"):rep(%d) }`, 9, engine.Caps{Bytes: 10}, "x: too much text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, n := range []int{tt.fits, tt.fits + 1} {
				k := &kept{}
				b := w.build("rule(function() return " + fmt.Sprintf(tt.value, n) + " end)")
				require.NoError(t, w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
					v, err := turn.Call(k.rules[0])
					require.NoError(t, err)
					_, err = turn.FromLua(v, tt.caps)
					if n == tt.fits {
						require.NoError(t, err)
						return nil
					}
					require.ErrorContains(t, err, tt.want)
					return nil
				}))
			}
		})
	}
}
