package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// fuzzed runs one function of the library on bytes from outside, many times a second.
func fuzzed(f *testing.F, body string) func(t *testing.T, args ...string) ([][]lua.LValue, error) {
	f.Helper()
	var host *sink
	l := newLab(f, engine.Native{Name: "given", Fn: func(L *lua.LState) int {
		for _, a := range host.cases[0].Args {
			L.Push(lua.LString(a))
		}
		return len(host.cases[0].Args)
	}})
	host = &sink{}
	build := l.compile(f, "emit(function() "+body+" end)", host)
	return func(t *testing.T, args ...string) ([][]lua.LValue, error) {
		host.rows, host.cases = nil, []luaCase{{Args: args}}
		err := l.eng.Do(context.Background(), build, engine.TurnOptions{Host: host}, func(t *engine.Turn) error {
			fn := host.rows[0][0]
			host.rows = nil
			_, err := t.Call(fn)
			return err
		})
		if err != nil {
			var failed *engine.ScriptError
			require.ErrorAs(t, err, &failed)
			require.NotEqual(t, engine.ErrorInternal, failed.Kind, "%v", err)
			require.NotContains(t, err.Error(), "runtime error")
		}
		return host.rows, err
	}
}

// Whatever the pattern: find, match, gmatch and gsub agree with each other, and nothing but a Lua error
// comes out of it.
func FuzzMatcher(f *testing.F) {
	for _, seed := range [][2]string{
		{"hello world", "(%a+) (%a+)"},
		{"x = 1", "^%s*(.-)%s*$"},
		{"THE (quick) fox", "%f[%a]%b()"},
		{"aaa", "(a*)%1"},
		{"", "[]]"},
		{"a\x00b", "%z"},
		{"é", "[\x80-\xff]+"},
		{"x", "%"},
		{"ab", "()b()"},
		{"[[x]]", "%b[]"},
	} {
		f.Add(seed[0], seed[1])
	}
	run := fuzzed(f, `
		local s, p = given()
		local from, to = s:find(p)
		emit(from, to, s:match("(" .. p .. ")"))
		local _, n = s:gsub(p, "%0")
		emit((s:gsub(p, "%0")), n, (s:gsub(p, function() end)))`)
	f.Fuzz(func(t *testing.T, s, p string) {
		if len(s) > 200 || len(p) > 60 {
			return
		}
		rows, err := run(t, s, p)
		if err != nil {
			return
		}
		require.Equal(t, s, rows[1][0].String(), "replacing each match by itself changes nothing")
		require.Equal(t, s, rows[1][2].String(), "and neither does nil")
		from, to := rows[0][0], rows[0][1]
		require.Equal(t, from == lua.LNil, rows[1][1] == lua.LNumber(0), "find and gsub see the same")
		if from != lua.LNil && p != "" && !strings.ContainsAny(p, "%()^$") {
			a, b := int(from.(lua.LNumber)), int(to.(lua.LNumber))
			require.Equal(t, s[a-1:b], rows[0][2].String())
		}
	})
}

// format never fails otherwise than by a Lua error, and quoting can be read back.
func FuzzFormat(f *testing.F) {
	for _, seed := range []string{"%d %s %q", "%5.2f|%-9s|%+d", "%%%c%x%X%o%u%i", "%g%G%e%E", "%#x%05d% d", "%", "%99.99f", "%123d"} {
		f.Add(seed, "text")
	}
	run := fuzzed(f, `
		local f, s = given()
		emit(pcall(string.format, f, s, s, s))
		emit(pcall(string.format, f, 1.5, -2, 3e10))
		emit(("%q"):format(s))`)
	f.Fuzz(func(t *testing.T, format, s string) {
		if len(format) > 100 || len(s) > 200 {
			return
		}
		rows, err := run(t, format, s)
		require.NoError(t, err)
		L := lua.NewState()
		defer L.Close()
		quoted := rows[2][0].String()
		if strings.ContainsAny(s, "\x00\r") {
			return // how Lua reads these back is its own affair
		}
		require.NoError(t, L.DoString("return "+quoted))
		require.Equal(t, s, L.Get(-1).String())
	})
}
