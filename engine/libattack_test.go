package engine_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// Each of these hangs gopher-lua's own library, kills the process, or takes hundreds of megabytes.
func TestLibraryAttacks(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"backtracking", `("a"):rep(30000):find((".-"):rep(20) .. "b")`, ""},
		{"backtracking of options", `("a"):rep(28):find(("a?"):rep(28) .. ("a"):rep(28) .. "b")`, ""},
		{"nested captures", `("ab"):rep(490000):find("^((.*)(.*)(.*)(.*))c$")`, ""},
		{"a long subject", `for i = 1, 1e9 do local s = ("x"):rep(1.8e6) s:find(".-y") s:find("x*y") s:find("(x-)(x-)y") end`, ""},
		{"a long set", `for i = 1, 1e9 do ("x"):rep(100000):find("[" .. ("ab"):rep(1000) .. "]") end`, ""},
		{"five million brackets", `for i = 1, 1e9 do pcall(string.find, "x", ("("):rep(4e6)) end`, "strings"},
		{"brackets within the limits", `for i = 1, 1e9 do pcall(string.find, "x", ("("):rep(1000)) end`, ""},
		{"many captures", `for i = 1, 1e9 do pcall(string.find, "x", ("()"):rep(32)) end`, ""},
		{"balanced", `for i = 1, 1e9 do ("("):rep(1000):find("%b()") end`, ""},
		{"back-references", `for i = 1, 1e9 do ("x"):rep(100000):find("(x*)%1%1y") end`, ""},
		{"gsub of everything", `local s = ("x"):rep(4e5) for i = 1, 1e9 do s:gsub(".", "y") end`, ""},
		{"gsub that grows", `local s = "x" while true do s = s:gsub(".", "%0%0%0%0") end`, "string"},
		{"gsub with a hungry function", `(("x"):rep(1000)):gsub(".", function() return ("y"):rep(100000) end)`, "string"},
		{"gmatch without end", `for i = 1, 1e9 do for a, b in ("a"):rep(200000):gmatch("(a)()") do end end`, ""},
		{"rep of 1e12", `("x"):rep(1e12)`, "string"},
		{"rep of 2^63 and more", `("0123456789"):rep(2^63)`, "string"},
		{"rep again and again", `for i = 1, 1e9 do ("x"):rep(1e6) end`, "strings"},
		{"upper, lower, reverse", `local s = ("ß"):rep(400000) for i = 1, 1e9 do s:upper() s:reverse() s:lower() end`, ""},
		{"format", `local f = ("%99d"):rep(10000) for i = 1, 1e9 do f:format(unpack({}, 1, 7000)) end`, "bad argument #1 to 'format'"},
		{"format of a long text", `local s = ("x"):rep(3e6) return ("%s%s"):format(s, s)`, "string"},
		{"quoted", `local s = ("\n"):rep(3e6) return ("%q"):format(s)`, "string"},
		{"concat", `local s, t = ("x"):rep(100000), {} for i = 1, 20000 do t[i] = s end return table.concat(t, s)`, "string"},
		{"concat of nothing", `local t = {} for i = 1, 262143 do t[i] = "" end for i = 1, 1e9 do table.concat(t) end`, ""},
		{"pieces that pin", `local keep = {} for i = 1, 1e9 do keep[i % 200000 + 1] = (("x"):rep(100000) .. i):sub(-3) end`, "strings"},
		{"captures that pin", `local keep = {} for i = 1, 1e9 do keep[i % 200000 + 1] = (("x"):rep(100000) .. i):match("(%d+)$") end`, ""},
		{"an order that is none", `local t = {} for i = 1, 20000 do t[i] = i % 7 end for i = 1, 1e9 do table.sort(t, function() return true end) end`, ""},
		{"a table that changes while it is sorted", `local t = {} for i = 1, 2000 do t[i] = i % 7 end
			for i = 1, 1e9 do pcall(table.sort, t, function(a, b) table.remove(t) t[#t + 1] = 1 return (a or 1) < (b or 2) end) end`, ""},
		{"sort within sort", `local function deep() table.sort({3, 2, 1}, function(a, b) deep() return a < b end) end deep()`, "stack overflow"},
		{"long strings in order", `local a, t = ("x"):rep(1e6), {} for i = 1, 60 do t[i] = a .. i end for i = 1, 1e9 do table.sort(t) end`, ""},
		{"insert at the front", `local t = {} for i = 1, 1e9 do table.insert(t, 1, i) end`, ""},
		{"maxn", `local t = {} for i = 1, 100000 do t["k" .. i] = i end for i = 1, 1e9 do table.maxn(t) end`, ""},
		{"char", `for i = 1, 1e9 do string.char(unpack({}, 1, 7000)) end`, "bad argument #1 to 'char'"},
		{"date", `for i = 1, 1e9 do os.date(("%c"):rep(100000), 0) end`, ""},
		{"a fraction of a position", `for i = 1, 1e9 do ("x"):sub(-1e300, 1e300); ("x"):byte(-1e18, 1e18) end`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			host := &sink{}
			most := time.Second // no limit in particular is waited for
			if c.want != "" {
				most = time.Hour
			}
			build := l.compileIn(t, most, "emit(function() "+c.source+"\nend)", host)
			host.rows = nil
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			err := l.eng.Do(t.Context(), build, engine.TurnOptions{Host: host}, func(t *engine.Turn) error {
				_, err := t.Call(host.rows[0][0])
				return err
			})
			runtime.ReadMemStats(&after)
			require.Error(t, err)
			var failed *engine.ScriptError
			require.ErrorAs(t, err, &failed)
			if failed.Limit != "" && c.want != "" {
				require.Equal(t, c.want, failed.Limit, "%v", err)
			} else {
				require.Contains(t, err.Error(), c.want)
			}
			t.Logf("%v after %v: %v", failed.Limit, time.Since(start).Round(time.Millisecond), err)
			require.Less(t, time.Since(start), 2*patience, "some of these take years")
			require.Less(t, after.Sys, before.Sys+200<<20, "held by the process")
		})
	}
}
