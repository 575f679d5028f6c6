package engine_test

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// exprs are expressions and what they give; want begins with "error: " where they must fail.
type exprs []struct{ expr, want string }

func (list exprs) run(t *testing.T) {
	t.Helper()
	l := newLab(t)
	for _, c := range list {
		t.Run(c.expr, func(t *testing.T) { require.Equal(t, c.want, l.eval(t, c.expr)) })
	}
}

func TestStringLibrary(t *testing.T) {
	exprs{
		{`("中文"):upper(), ("ÄöÜ"):lower(), ("aZ"):upper()`, `"中文" "ÄöÜ" "AZ"`},
		{`("abc"):rep(3), ("abc"):rep(-1), (""):rep(1e15)`, `"abcabcabc" "" ""`},
		{`("abc"):sub(2, math.huge), ("abc"):sub(-math.huge, 1)`, `"bc" "a"`},
		{`string.format("%s %s %5.1f|%-4d|%04d|%q", 1e15, 0.1 + 0.2, 2.25, 7, 7, 'a"b\n')`, "\"1000000000000000 0.3   2.2|7   |0007|\"a\\\"b\\\n\"\""},
		{`string.format("%x %X %o %u %u %x", 2^63, 255, 8, 2^53, 2^63 + 2^62, -1)`, `"8000000000000000 FF 10 9007199254740992 13835058055282163712 ffffffffffffffff"`},
		{`12 .. "", 2^53 .. "", 0.5 .. "", -0.1 .. ""`, `"12" "9007199254740992" "0.5" "-0.1"`},
		{`("THE (quick) fox"):find("%((%a+)%)")`, `5 11 "quick"`},
		{`("x"):find("", 10), ("x"):find("", -10)`, `2 1 0`},
		{`("THE (quick) fox"):gsub("%f[%a]%a+", function(w) return #w end)`, `"3 (5) 3" 3`},
		{`("hello"):gsub("", "-")`, `"-h-e-l-l-o-" 6`},
		{`("a,b,,c"):gsub(",", ";", 2)`, `"a;b;,c" 2`},
		{`#(("x"):rep(1000):gsub("x", "yy"))`, `2000`},
		{`("]"):find("[a-%%]"), ("%"):find("[a-%%]"), ("]"):find("[" .. ("x"):rep(40) .. "a-%%]")`, `1 nil 1 1`},

		{`#(("x"):rep(100000):gsub("x", function() return "yy" end)), #(("x"):rep(100000):gsub("x", {x = "yy"}))`, `200000 200000`},

		{`("x"):rep()`, "error: bad argument #1 to 'rep' (number expected, got no value)"},
		{`("x"):rep(nil)`, "error: bad argument #1 to 'rep' (number expected, got nil)"},
		{`string.rep("x", nil)`, "error: bad argument #2 to 'rep' (number expected, got nil)"},
		{`string.rep(nil, 1)`, "error: bad argument #1 to 'rep' (string expected, got nil)"},
		{`string.rep()`, "error: bad argument #1 to 'rep' (string expected, got no value)"},
		{`("x"):rep({})`, "error: bad argument #1 to 'rep' (number expected, got table)"},
		{`("x"):rep(("x"):rep("q"))`, "error: bad argument #1 to 'rep' (number expected, got string)"},
		{`string.rep(("x"):upper(), "q")`, "error: bad argument #2 to 'rep' (number expected, got string)"},
		{`("x"):find("%")`, "error: malformed pattern (ends with '%')"},
		{`("x"):find("[a")`, "error: malformed pattern (missing ']')"},
		{`("x"):match("(x")`, "error: unfinished capture"},
		{`("x"):match("x)")`, "error: invalid pattern capture"},
		{`("x"):match("%1")`, "error: invalid capture index"},
		{`("x"):gsub("x", "%2")`, "error: invalid capture index"},
		{`("x"):find("%f")`, "error: missing '[' after '%f' in pattern"},
		{`("x"):find("%b")`, "error: unbalanced pattern"},
		{`("x"):find(("()"):rep(33))`, "error: too many captures"},
		{`("x"):rep(300):find(("x?"):rep(300))`, "error: pattern too complex"},
		{`("x"):gsub("x", {x = {}})`, "error: invalid replacement value (a table)"},
		{`("x"):gsub("x")`, "error: bad argument #2 to 'gsub' (string/function/table expected)"},
		{`("%d"):format("x")`, "error: bad argument #1 to 'format' (number expected, got string)"},
		{`("%d"):format()`, "error: bad argument #1 to 'format' (no value)"},
		{`("%v"):format(1)`, "error: invalid option '%v' to 'format'"},
		{`("%p"):format({})`, "error: invalid option '%p' to 'format'"},
		{`("%123d"):format(1)`, "error: invalid format (width or precision too long)"},
		{`("%1.123f"):format(1)`, "error: invalid format (width or precision too long)"},
		{`("%#####0-d"):format(1)`, "error: invalid format (repeated flags)"},
		{`string.char(256)`, "error: bad argument #1 to 'char' (invalid value)"},
		{`("x"):rep(10000):byte(1, -1)`, "error: string slice too long"},
		{`string.dump, string.gfind`, "nil nil"},
	}.run(t)
}

func TestBaseLibrary(t *testing.T) {
	exprs{
		{`(function() local t = {} return rawset(t, 1, "x") == t, select("#", rawset(t, 1, 2, 3)), t[1] end)()`, `true 1 2`},
		{`(function() local a, b, f = {}, {}, function() end return tostring(a) == tostring(a), tostring(a) == tostring(b), tostring(a):sub(-8) == tostring(f):sub(-8) end)()`, `true false false`},
		{`ipairs({})(1, 2)`, "error: bad argument #1 to 'ipairs' (table expected, got number)"},
		{`ipairs({})({}, "x")`, "error: bad argument #2 to 'ipairs' (number expected, got string)"},
		{`getmetatable(setmetatable({}, {__metatable = "mine"})), getmetatable(setmetatable({}, {})) ~= nil`, `"mine" true`},
		{`(function() local shown = {__metatable = 1} return getmetatable(setmetatable({}, {__metatable = shown})) == shown end)()`, `true`},
		{`(function() local a, b, c = {}, {}, function() end return tostring(a), tostring(b), tostring(c), tostring(a) end)()`, `"table: 0x00000001" "table: 0x00000002" "function: 0x00000003" "table: 0x00000001"`},
		{`tostring(setmetatable({}, {__tostring = function() return {} end}))`, "error: 'tostring' must return a string"},
		{`tostring(setmetatable({}, {__tostring = function() return 7 end}))`, `"7"`},
		{`(function() local e = {} return pcall(assert, false, e), select(2, pcall(assert, nil, e)) == e, select(2, pcall(assert, false, 7)) end)()`, `false true "7"`},
		{`select(2, pcall(assert)), select(2, pcall(assert, false)), select(2, pcall(assert, false, "why"))`, `"bad argument #1 to 'assert' (value expected)" "assertion failed!" "why"`},
		{`math.modf(1/0), select(2, math.modf(1/0)), math.modf(-2.5), select(2, math.modf(-2.5))`, `+Inf 0 -2 -0.5`},
		{`("x"):rep({})`, "error: bad argument #1 to 'rep' (number expected, got table)"},
		{`(function() local s = string return s.rep({}, 1) end)()`, "error: bad argument #1 to 'rep' (string expected, got table)"},
		{`next("x")`, "error: bad argument #1 to 'next' (table expected, got string)"},
		{`(function() local k, last = {5}, {6} local t = {[k] = "v"} return next({[last] = 1}, last), next(t) == k, (next(t, k)) end)()`, `nil true nil`},
		{`next()`, "error: bad argument #1 to 'next' (table expected, got no value)"},
		{`pairs(1)`, "error: bad argument #1 to 'pairs' (table expected, got number)"},
		{`ipairs()`, "error: bad argument #1 to 'ipairs' (table expected, got no value)"},
		{`rawget(nil, 1)`, "error: bad argument #1 to 'rawget' (table expected, got nil)"},
		{`rawset(1, 1, 1)`, "error: bad argument #1 to 'rawset' (table expected, got number)"},
		{`(function() local t = {} for i = 1, 8001 do t[i] = i end return select("#", unpack(t, 1, 8000)), pcall(unpack, t) end)()`, `8000 false "too many results to unpack"`},
		{`select("#", ("x"):rep(8000):byte(1, -1))`, "8000"},
		{`("x"):rep(8001):byte(1, -1)`, "error: string slice too long"},
		{`(function() local t = {} for i = 1, 8000 do t[i] = i end local function f(n, ...) return n == 0 and select("#", ...) or f(n - 1, ...) + 0 end return f(6, unpack(t)), pcall(f, 9, unpack(t)) end)()`, `8000 false "main.lua:1: stack overflow (too many values at once)"`},
		{`unpack("x")`, "error: bad argument #1 to 'unpack' (table expected, got string)"},
		{`setmetatable(1, {})`, "error: bad argument #1 to 'setmetatable' (table expected, got number)"},
		{`setmetatable({}, 1)`, "error: bad argument #2 to 'setmetatable' (nil or table expected)"},
		{`setmetatable({})`, "error: bad argument #2 to 'setmetatable' (nil or table expected)"},
	}.run(t)
}

func TestTableLibrary(t *testing.T) {
	exprs{
		{`table.concat({1, "a", 2.5}, "-")`, `"1-a-2.5"`},
		{`table.concat({1, 2, 3}, ",", 2), table.concat({1, 2, 3}, ",", 2, 2), table.concat({}), table.concat({1}, ",", 2)`, `"2,3" "2" "" ""`},
		{`table.concat({[-1] = "a", [0] = "b", "c"}, "", -1, 1), table.concat({[300000] = "x"}, "", 300000, 300000)`, `"abc" "x"`},
		{`(function() local t = {} for i = 1, 6000 do t[i] = i * 7919 % 6000 end table.sort(t, function(a, b) return a < b end) return t[1], t[6000] end)()`, `0 5999`},
		{`table.concat({1, {}, 3})`, "error: invalid value (table) at index 2 in table for 'concat'"},
		{`table.concat({1, 2}, ",", -1e9, 1e9)`, "error: invalid value (nil) at index -1000000000 in table for 'concat'"},
		{`(function() local t = {} table.insert(t, "b") table.insert(t, 1, "a") table.insert(t, 3, "c") return table.concat(t, " ") end)()`, `"a b c"`},
		{`(function() local t = {1, 2, 3} return table.remove(t, 1), table.remove(t), #t, t[1], table.remove(t, 5) end)()`, `1 3 1 2`},
		{`table.remove({})`, ``},
		{`(function() local t = {3, 1, 2} table.sort(t) return table.concat(t) end)()`, `"123"`},
		{`(function() local t = {"b", "a", "c"} table.sort(t, function(a, b) return a > b end) return table.concat(t) end)()`, `"cba"`},
		{`(function() local t = {"b", "", "a", "ab", "b"} table.sort(t) return table.concat(t, ",") end)()`, `",a,ab,b,b"`},
		{`(function() local t = {2, -1, 1/0, -1/0, 0, 2} table.sort(t) return table.concat(t, ",") end)()`, `"-inf,-1,0,2,2,inf"`},
		{`(function() local t = {3, 2, "x"} pcall(table.sort, t) return #t end)()`, `3`},
		{`("x"):find(("("):rep(33) .. "a" .. (")"):rep(33))`, "error: too many captures"},
		{`("aéb, c=1"):gsub("(%w+)=(%w+)", "%2=%1")`, `"aéb, 1=c" 1`},
		{`("  x"):find("()x")`, `3 3 3`},
		{`table.sort({1, "a"})`, "error: attempt to compare string with number"},
		{`table.sort({{}, {}})`, "error: attempt to compare two table values"},
		{`table.sort({"b", "a", 1})`, "error: attempt to compare number with string"},
		{`table.sort({true, false})`, "error: attempt to compare two boolean values"},
		{`(function() local t = {"d", "c", "b", "a", false} pcall(table.sort, t) t[5] = nil table.sort(t) return table.concat(t) end)()`, `"abcd"`},
		{`(function() local m = {__lt = function(a, b) return a.n < b.n end} local t = {} for i, n in ipairs{3, 1, 2} do t[i] = setmetatable({n = n}, m) end table.sort(t) return t[1].n, t[2].n, t[3].n end)()`, `1 2 3`},
		{`table.sort({3, 2, 1}, function() error("from within", 0) end)`, "error: from within"},
		{`table.sort({1}, 1)`, "error: bad argument #2 to 'sort' (function expected, got number)"},
		{`table.maxn({1, 2, [10.5] = 1, x = 1}), table.maxn({}), table.getn({1, 2})`, `10.5 0 2`},
		{`table.insert({}, 1, 2, 3)`, "error: wrong number of arguments to 'insert'"},
		{`table.insert(nil, 1)`, "error: bad argument #1 to 'insert' (table expected, got nil)"},
		{`table.insert({}, 0, 1)`, "error: table.insert: position 0: items are counted from 1"},
		{`table.insert({}, -123456, 1)`, "error: table.insert: position -123456: items are counted from 1"},
		{`table.insert({}, 1e9, 1)`, "error: table.insert: a table holds at most 262,143 items; this would be number 1,000,000,000"},
		{`table.insert(string, 1)`, "error: table.insert: string is read-only"},
		{`table.remove(math)`, "error: table.remove: math is read-only"},
		{`table.sort(table)`, "error: table.sort: table is read-only"},
	}.run(t)
}

func TestTableInsertStopsAtTheLongestList(t *testing.T) {
	l := newLab(t)
	rows, err := l.run(t, `
		local t = {}
		for i = 1, 262143 do table.insert(t, i) end
		emit(#t, t[262143])
		emit(pcall(table.insert, t, 1))
		emit(pcall(table.insert, t, 1, 1))
		emit(#t, t[262143], t[262144])`)
	require.NoError(t, err)
	require.Equal(t, lua.LNumber(262143), rows[0][1])
	for _, row := range rows[1:3] {
		require.Equal(t, lua.LFalse, row[0])
		require.Contains(t, row[1].String(), "at most 262,143 items; this would be number 262,144")
	}
	require.Equal(t, []lua.LValue{lua.LNumber(262143), lua.LNumber(262143), lua.LNil}, rows[3])
}

// A queue that is emptied by t[#t] = nil leaves slots behind, which an insertion must not add to.
func TestTableQueueDoesNotGrow(t *testing.T) {
	l := newLab(t)
	rows, err := l.run(t, `
		local t = {}
		for i = 1, 1000 do
			table.insert(t, 1, i)
			table.insert(t, 1, i)
			t[#t] = nil
			t[#t] = nil
		end
		emit(t)`)
	require.NoError(t, err)
	require.Less(t, reflect.ValueOf(rows[0][0]).Elem().FieldByName("array").Len(), 10)
}

func TestMathLibrary(t *testing.T) {
	exprs{
		{`math.floor(-1.5), math.ceil(1.2), math.abs(-3), math.max(1, 3, 2), math.min(2, 1), math.sqrt(9)`, "-2 2 3 3 1 3"},
		{`math.fmod(-5, 3), math.pow(2, 10), math.modf(3.25)`, "-2 1024 3 0.25"},
		{`math.frexp(8), math.ldexp(0.5, 4), math.deg(math.pi), math.rad(180) == math.pi`, "0.5 8 180 true"},
		{`math.floor("2.7"), math.max("10", 9)`, "2 10"},
		{`math.huge == 1/0, -math.huge == -1/0`, "true true"},
		{`math.floor()`, "error: bad argument #1 to 'floor' (number expected, got no value)"},
		{`math.max()`, "error: bad argument #1 to 'max' (number expected, got no value)"},
		{`math.floor({})`, "error: bad argument #1 to 'floor' (number expected, got table)"},
		{`math.random(0)`, "error: bad argument #1 to 'random' (interval is empty)"},
		{`math.random(2, 1)`, "error: bad argument #2 to 'random' (interval is empty)"},
		{`math.random(1, 2, 3)`, "error: wrong number of arguments"},
	}.run(t)
	require.Contains(t, newLab(t).eval(t, "math.random()"), "top level", "registration must not depend on chance")
}

// inTurn runs a function body in a turn and returns what it emits.
func inTurn(t *testing.T, o engine.TurnOptions, body string) [][]lua.LValue {
	t.Helper()
	l := newLab(t)
	host := &sink{}
	build := l.compile(t, "emit(function()"+body+"\nend)", host)
	host.rows = nil
	o.Host = host
	require.NoError(t, l.eng.Do(context.Background(), build, o, func(t *engine.Turn) error {
		fn := host.rows[0][0]
		host.rows = nil
		_, err := t.Call(fn)
		return err
	}))
	return host.rows
}

func TestRandomBelongsToTheTurn(t *testing.T) {
	body := `
		emit(math.random(1, 1000000), math.random(10), math.random())
		math.randomseed(42) local a = math.random(1, 1000000)
		math.randomseed(42) emit(a == math.random(1, 1000000))
		for i = 1, 1000 do
			local n = math.random(-3, 3)
			if n < -3 or n > 3 or n % 1 ~= 0 then emit("out of range", n) end
		end`
	one := inTurn(t, engine.TurnOptions{Seed: 1}, body)
	require.Equal(t, one, inTurn(t, engine.TurnOptions{Seed: 1}, body))
	require.NotEqual(t, one[0], inTurn(t, engine.TurnOptions{Seed: 2}, body)[0])
	require.Equal(t, lua.LTrue, one[1][0])
	require.Len(t, one, 2)
}

// TestRandomReachesBothEnds, and nothing beyond.
func TestRandomReachesBothEnds(t *testing.T) {
	for _, tt := range []struct{ name, args, want string }{
		{"up to", "3", "1 2 3"},
		{"between", "5, 7", "5 6 7"},
		{"below nought", "-1, 1", "-1 0 1"},
		{"one only", "4, 4", "4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows := inTurn(t, engine.TurnOptions{Seed: 7}, `local seen = {} for i = 1, 200 do seen[math.random(`+tt.args+`)] = true end
				local all = {} for k in pairs(seen) do all[#all + 1] = k end table.sort(all) emit(table.concat(all, " "))`)
			require.Equal(t, tt.want, rows[0][0].String())
		})
	}
}

func TestOSLibrary(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at := time.Date(2026, 3, 2, 9, 5, 7, 250_000_000, shanghai)
	rows := inTurn(t, engine.TurnOptions{Now: func() time.Time { return at }}, `
		emit(os.time(), os.date(), os.date("!%Y-%m-%d %H:%M:%S"), os.date("%F %T %z %j %U %W %V %u %w %p %I %y %% %Q"))
		emit(os.date("%c", 0), os.time{year = 2026, month = 3, day = 2, hour = 9, min = 5, sec = 7})
		local d = os.date("*t")
		emit(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst)
		emit(os.time{year = 2026, month = 14, day = -1}, os.difftime(10, 4), os.clock() - os.clock())
		emit(pcall(os.time, {year = 2026}))
		emit(pcall(os.time, {year = 2026, day = 1}))
		emit(pcall(os.time, {month = 1, day = 1}))
		emit(pcall(os.date, "%Y", {}))
		emit(os.date("%Y", 1e300), os.date("%Y", -1e300))
		emit(os.execute, os.getenv, os.exit, os.remove, os.tmpname)`)
	require.Equal(t, [][]lua.LValue{
		{lua.LNumber(at.Unix()), lua.LString("Mon Mar  2 09:05:07 2026"), lua.LString("2026-03-02 01:05:07"), lua.LString("2026-03-02 09:05:07 +0800 061 09 09 10 1 1 AM 09 26 % %Q")},
		{lua.LString("Thu Jan  1 08:00:00 1970"), lua.LNumber(at.Unix())},
		{lua.LNumber(2026), lua.LNumber(3), lua.LNumber(2), lua.LNumber(9), lua.LNumber(5), lua.LNumber(7), lua.LNumber(2), lua.LNumber(61), lua.LFalse},
		{lua.LNumber(time.Date(2027, 1, 30, 12, 0, 0, 0, shanghai).Unix()), lua.LNumber(6), lua.LNumber(0)},
		{lua.LFalse, rows[4][1]},
		{lua.LFalse, rows[5][1]},
		{lua.LFalse, rows[6][1]},
		{lua.LFalse, rows[7][1]},
		rows[8],
		{lua.LNil, lua.LNil, lua.LNil, lua.LNil, lua.LNil},
	}, rows)
	for i, field := range []string{"day", "month", "year"} {
		require.Contains(t, rows[4+i][1].String(), "field '"+field+"' missing in date table")
	}
	require.Contains(t, rows[7][1].String(), "bad argument #2 to 'date' (number expected, got table)")
	require.Len(t, rows[8][0].String(), 5)
	require.Contains(t, newLab(t).eval(t, "os.time()"), "top level", "registration must not depend on time")
	require.NotContains(t, newLab(t).eval(t, "os.time{year=2026,month=1,day=1}"), "error")
	require.Equal(t, `"50%" "%"`, newLab(t).eval(t, `os.date("50%", 0), os.date("%", 0)`))
}

// Numerals are read and written as Lua 5.1 does, whole numbers in full.
func TestNumerals(t *testing.T) {
	exprs{
		{`tonumber("0x10"), tonumber(" 12 "), tonumber("1e2"), tonumber("-0x1F"), tonumber(".5"), tonumber("5.")`, "16 12 100 -31 0.5 5"},
		{`tonumber("010"), tonumber("1_000"), tonumber("inf"), tonumber("nan"), tonumber("0b1"), tonumber("")`, "10 nil nil nil nil nil"},
		{`tonumber("--1"), tonumber("+-1"), tonumber("1 2"), tonumber("0x"), tonumber("1e999") == math.huge`, "nil nil nil nil true"},
		{`tostring(0.1 + 0.2), tostring(1e15), tostring(-7), tostring(1e100), tostring(1/3), tostring(100)`, `"0.3" "1000000000000000" "-7" "1e+100" "0.33333333333333" "100"`},
		{`tostring(1/0), tostring(-1/0)`, `"inf" "-inf"`},
		{`"5.5" % "2", "-5.5" % 2, "5.5" % -2, "-5.5" % "-2", "0.5" % "0.75", "-0.5" % "0.75", "4" % "2"`, "1.5 0.5 -0.5 -1.5 0.5 0.25 0"},
	}.run(t)
	l := newLab(t)
	for _, x := range []float64{0, 1, -1, 1 << 53, -(1 << 53), 1e14, 123456789012345} {
		require.Equal(t, `"`+strconv.FormatFloat(x, 'f', -1, 64)+`"`, l.eval(t, "tostring("+strconv.FormatFloat(x, 'f', -1, 64)+")"))
	}
	require.Equal(t, `"-0"`, l.eval(t, "tostring(-0.0 * 1)"))
	require.Equal(t, `"`+strings.Repeat("9", 15)+`"`, l.eval(t, "999999999999999 .. ''"))
}
