package engine_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// mistakes are what authors do, with what Lua 5.1 says; the test asks the real one whether it still does.
var mistakes = []struct{ body, want string }{
	{"local o\nreturn o.item", "main.lua:2: attempt to index local 'o' (a nil value)"},
	{"local o = {}\nreturn o.item.name", "main.lua:2: attempt to index field 'item' (a nil value)"},
	{"local o = { a = {} }\nreturn o.a.b.c", "main.lua:2: attempt to index field 'b' (a nil value)"},
	{"return shop.item", "main.lua:1: attempt to index global 'shop' (a nil value)"},
	{"local o\nlocal function f() return o.item end\nreturn f()", "main.lua:2: attempt to index upvalue 'o' (a nil value)"},
	{"local function f() end\nreturn f().x", "main.lua:2: attempt to index a nil value"},
	{"local n = 3\nreturn n.x.y", "main.lua:2: attempt to index local 'n' (a number value)"},
	{"local b = true\nb.x = 1", "main.lua:2: attempt to index local 'b' (a boolean value)"},
	{"local o = {}\no.a.b = 1", "main.lua:2: attempt to index field 'a' (a nil value)"},
	{"local o, k = nil, 'x'\no[k] = 1", "main.lua:2: attempt to index local 'o' (a nil value)"},
	{"local t = {}\nreturn t[1].name", "main.lua:2: attempt to index field '?' (a nil value)"},
	{"local t, i = {}, 2\nreturn t[i].name", "main.lua:2: attempt to index field '?' (a nil value)"},
	{"for i, row in ipairs({1}) do\n  local x = row.name.first\nend", "main.lua:2: attempt to index local 'row' (a number value)"},
	{"return nosuch(1)", "main.lua:1: attempt to call global 'nosuch' (a nil value)"},
	{"local M = {}\nM.pay(1)", "main.lua:2: attempt to call field 'pay' (a nil value)"},
	{"local M = {}\nreturn M:pay(1)", "main.lua:2: attempt to call method 'pay' (a nil value)"},
	{"local f = 3\nf()", "main.lua:2: attempt to call local 'f' (a number value)"},
	{"local f\nlocal function g() f() end\ng()", "main.lua:2: attempt to call upvalue 'f' (a nil value)"},
	{"return string.trim('x')", "main.lua:1: attempt to call field 'trim' (a nil value)"},
	{"return ('x'):trim()", "main.lua:1: attempt to call method 'trim' (a nil value)"},
	{"local t = {}\nt()", "main.lua:2: attempt to call local 't' (a table value)"},
	{"('x')()", "main.lua:1: attempt to call a string value"},
	{"for k in {} do end", "main.lua:1: attempt to call a table value"},
	{"local n\nreturn n + 1", "main.lua:2: attempt to perform arithmetic on local 'n' (a nil value)"},
	{"local n, m = 1\nreturn n * m", "main.lua:2: attempt to perform arithmetic on local 'm' (a nil value)"},
	{"local o = {}\nreturn 2 - o.n", "main.lua:2: attempt to perform arithmetic on field 'n' (a nil value)"},
	{"return total + 1", "main.lua:1: attempt to perform arithmetic on global 'total' (a nil value)"},
	{"local s = 'abc'\nreturn s + 1", "main.lua:2: attempt to perform arithmetic on local 's' (a string value)"},
	{"local t = {}\nreturn t[1] + 1", "main.lua:2: attempt to perform arithmetic on field '?' (a nil value)"},
	{"local t = {}\nreturn 'a' .. t[1]", "main.lua:2: attempt to concatenate field '?' (a nil value)"},
	{"local t, k = {}, 'x'\nt[k]()", "main.lua:2: attempt to call field '?' (a nil value)"},
	{"local n\nreturn -n", "main.lua:2: attempt to perform arithmetic on local 'n' (a nil value)"},
	{"local t = {}\nreturn t % 2", "main.lua:2: attempt to perform arithmetic on local 't' (a table value)"},
	{"local n = 2\nlocal function f() return n ^ m end\nf()", "main.lua:2: attempt to perform arithmetic on global 'm' (a nil value)"},
	{"local o = {}\nreturn #o.list", "main.lua:2: attempt to get length of field 'list' (a nil value)"},
	{"local n = 5\nreturn #n", "main.lua:2: attempt to get length of local 'n' (a number value)"},
	{"local o = {}\nreturn 'a' .. o.name .. 'b'", "main.lua:2: attempt to concatenate field 'name' (a nil value)"},
	{"local x\nreturn 'a' .. x", "main.lua:2: attempt to concatenate local 'x' (a nil value)"},
	{"return 'a' .. name", "main.lua:1: attempt to concatenate global 'name' (a nil value)"},
	{"return 'a' .. {}", "main.lua:1: attempt to concatenate a table value"},
	{"local t = {}\nreturn t .. 'a'", "main.lua:2: attempt to concatenate local 't' (a table value)"},
	{"local b = true\nreturn 'is ' .. b", "main.lua:2: attempt to concatenate local 'b' (a boolean value)"},
	{"local n\nreturn n < 1", "main.lua:2: attempt to compare nil with number"},
	{"local n\nreturn 1 < n", "main.lua:2: attempt to compare number with nil"},
	{"local n\nreturn n > 1", "main.lua:2: attempt to compare number with nil"},
	{"local n, m\nreturn n <= m", "main.lua:2: attempt to compare two nil values"},
	{"return 'a' < 1", "main.lua:1: attempt to compare string with number"},
	{"return {} < {}", "main.lua:1: attempt to compare two table values"},
	{"for i = 1, 'x' do end", "main.lua:1: 'for' limit must be a number"},
	{"for i = nil, 2 do end", "main.lua:1: 'for' initial value must be a number"},
	{"for i = 1, 2, {} do end", "main.lua:1: 'for' step must be a number"},
	{"local t = {}\nt[nil] = 1", "main.lua:2: table index is nil"},
	{"local t = {}\nt[0/0] = 1", "main.lua:2: table index is NaN"},
	{"error('no tea')", "main.lua:1: no tea"},
	{"local function f() error('no tea', 2) end\nf()", "main.lua:2: no tea"},
	{"assert(false, 'no tea')", "main.lua:1: no tea"},
	{"assert(nil)", "main.lua:1: assertion failed!"},
	{"string.rep()", "main.lua:1: bad argument #1 to 'rep' (string expected, got no value)"},
	{"('x'):rep({})", "main.lua:1: bad argument #1 to 'rep' (number expected, got table)"},
	{"string.format('%d', 'x')", "main.lua:1: bad argument #2 to 'format' (number expected, got string)"},
	{"string.format('%d')", "main.lua:1: bad argument #2 to 'format' (no value)"},
	{"string.format('%y', 1)", "main.lua:1: invalid option '%y' to 'format'"},
	{"table.concat({1, {}, 3})", "main.lua:1: invalid value (table) at index 2 in table for 'concat'"},
	{"table.insert({}, 1, 2, 3)", "main.lua:1: wrong number of arguments to 'insert'"},
	{"table.insert(nil, 1)", "main.lua:1: bad argument #1 to 'insert' (table expected, got nil)"},
	{"ipairs()", "main.lua:1: bad argument #1 to 'ipairs' (table expected, got no value)"},
	{"for k, v in pairs(nil) do end", "main.lua:1: bad argument #1 to 'pairs' (table expected, got nil)"},
	{"setmetatable(1, {})", "main.lua:1: bad argument #1 to 'setmetatable' (table expected, got number)"},
	{"setmetatable({}, 1)", "main.lua:1: bad argument #2 to 'setmetatable' (nil or table expected)"},
	{"tonumber('z', 99)", "main.lua:1: bad argument #2 to 'tonumber' (base out of range)"},
	{"tostring()", "main.lua:1: bad argument #1 to 'tostring' (value expected)"},
	{"select(0)", "main.lua:1: bad argument #1 to 'select' (index out of range)"},
	{"('x'):find('[')", "main.lua:1: malformed pattern (missing ']')"},
	{"('x'):gsub('x', '%')", ""},
	{"('x'):gsub('(', '')", ""},
	{"('x'):gsub('(', '%1')", "main.lua:1: unfinished capture"},
	{"('x'):gsub('x', true)", "main.lua:1: bad argument #2 to 'gsub' (string/function/table expected)"},
	{"math.floor('x')", "main.lua:1: bad argument #1 to 'floor' (number expected, got string)"},
	{"math.random(0)", "main.lua:1: bad argument #1 to 'random' (interval is empty)"},
	{"os.time({})", "main.lua:1: field 'day' missing in date table"},
	{"coroutine.resume(1)", "main.lua:1: bad argument #1 to 'resume' (coroutine expected)"},
	{"table.sort({3, 'x', 1})", ""},
	{"local o = {}\no.list[#o.list + 1] = 1", "main.lua:2: attempt to get length of field 'list' (a nil value)"},
	{"local t\nt[#t + 1] = 1", "main.lua:2: attempt to get length of local 't' (a nil value)"},
	{"local n\nfor i = 1, n do end", "main.lua:2: 'for' limit must be a number"},
	{"local o = {}\nfor i = o.from, 'x' do end", "main.lua:2: 'for' initial value must be a number"},
	{"local s = 'step'\nfor i = 1, 2, s do end", "main.lua:2: 'for' step must be a number"},
	{"for i, v in 3 do end", "main.lua:1: attempt to call a number value"},
	{"local t = {}\nfor k, v in t.rows() do end", "main.lua:2: attempt to call field 'rows' (a nil value)"},
	{"local a, o = 1\na, o.x = o, 2", "main.lua:2: attempt to index local 'o' (a nil value)"},
	{"local a = {}\na.x, a.y.z = 1, 2", "main.lua:2: attempt to index field 'y' (a nil value)"},
	{"local s = '12a'\nreturn 2 * s", "main.lua:2: attempt to perform arithmetic on local 's' (a string value)"},
	{"local o = { price = 'free' }\nreturn -o.price", "main.lua:2: attempt to perform arithmetic on field 'price' (a string value)"},
	{"local o = {}\nreturn o.a + 'x'", "main.lua:2: attempt to perform arithmetic on field 'a' (a nil value)"},
	{"local o\nlocal function f() return 'a' .. o end\nf()", "main.lua:2: attempt to concatenate upvalue 'o' (a nil value)"},
	{"local o = {}\nreturn o:name() .. 'x'", "main.lua:2: attempt to call method 'name' (a nil value)"},
	{"local o = { f = function() end }\nreturn o.f() .. 'x'", "main.lua:2: attempt to concatenate a nil value"},
	{"local t = setmetatable({}, { __index = 5 })\nreturn t.x", "main.lua:2: attempt to index a number value"},
	{"function shop.open() end", "main.lua:1: attempt to index global 'shop' (a nil value)"},
	{"local s = 'x'\ns.y = 1", ""},
	{"return ('x').y.z", "main.lua:1: attempt to index field 'y' (a nil value)"},
	{"return #5 + 1", "main.lua:1: attempt to get length of a number value"},
	{"return (1)()", "main.lua:1: attempt to call a number value"},
	{"error(12)", "main.lua:1: 12"},
	{"next({}, 'x')", "invalid key to 'next'"},
	{"table.sort({1, 2, 3}, function(a, b) return a.x < b.x end)", "main.lua:1: attempt to index local 'a' (a number value)"},
}

// TestMistakesInLuasOwnWords compares what the engine says with the list, and the list with the real Lua 5.1.
func TestMistakesInLuasOwnWords(t *testing.T) {
	w := newWorld(t, nil)
	exe, noLua := exec.LookPath("lua5.1")
	for _, m := range mistakes {
		t.Run(m.body, func(t *testing.T) {
			want := m.want
			if noLua == nil {
				said := realLua(t, exe, m.body)
				if want == "" { // the order of work differs from machine to machine: only that it fails or not
					want = said
				}
				require.Equal(t, said, want, "the list is wrong")
			}
			_, err := w.run(m.body)
			if m.want == "" && noLua != nil {
				return
			}
			if want == "" {
				require.NoError(t, err)
				return
			}
			var e *engine.ScriptError
			require.True(t, errors.As(err, &e), "%v", err)
			if !strings.HasPrefix(want, "main.lua:") {
				require.Equal(t, want, e.Msg)
				return
			}
			require.Equal(t, want, e.Error())
		})
	}
	if noLua != nil {
		t.Skip("lua5.1 is not installed; the list itself was compared")
	}
}

// realLua is the error that lua5.1 has for a file, "" for none.
func realLua(t *testing.T, exe, body string) string {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.lua"), []byte(body), 0o644))
	cmd := exec.Command(exe, "-e", `local ok, e = pcall(assert(loadfile("main.lua"))) io.write(ok and "" or tostring(e))`)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}
