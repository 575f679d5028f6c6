package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

func TestWordsOfRunErrors(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, body, want string }{
		{"index a local", "local o\nreturn o.item", "main.lua:2: attempt to index local 'o' (a nil value)"},
		{"index a field", "local o = {}\nreturn o.item.name", "main.lua:2: attempt to index field 'item' (a nil value)"},
		{"index a global", "return shop.item", "main.lua:1: attempt to index global 'shop' (a nil value)"},
		{"index an upvalue", "local o\nlocal function f() return o.item end\nreturn f()", "main.lua:2: attempt to index upvalue 'o' (a nil value)"},
		{"index a result", "local function f() end\nreturn f().x", "main.lua:2: attempt to index a nil value"},
		{"index a number", "local n = 3 return n.x.y", "main.lua:1: attempt to index local 'n' (a number value)"},
		{"assign into nil", "local o = {} o.a.b = 1", "main.lua:1: attempt to index field 'a' (a nil value)"},
		{"assign by computed key", "local o local k = 'x' o[k] = 1", "main.lua:1: attempt to index local 'o' (a nil value)"},
		{"second of two blocks", "do local a = {} a.x = 1 end\ndo local b\nreturn b.x end", "main.lua:3: attempt to index local 'b' (a nil value)"},
		{"loop variable", "for i, row in ipairs({1}) do\nlocal x = row.name.first end", "main.lua:2: attempt to index local 'row' (a number value)"},
		{"call a global", "return nosuch(1)", "main.lua:1: attempt to call global 'nosuch' (a nil value)"},
		{"call a field", "local M = {}\nM.pay(1)", "main.lua:2: attempt to call field 'pay' (a nil value)"},
		{"call a method", "local M = {}\nreturn M:pay(1)", "main.lua:2: attempt to call method 'pay' (a nil value)"},
		{"call a local", "local f = 3 f()", "main.lua:1: attempt to call local 'f' (a number value)"},
		{"call a missing library function", "return string.trim('x')", "main.lua:1: attempt to call field 'trim' (a nil value)"},
		{"call a missing string method", "return ('x'):trim()", "main.lua:1: attempt to call method 'trim' (a nil value)"},
		{"for over a table", "for k in {} do end", "main.lua:1: attempt to call a table value"},
		{"arithmetic on a local", "local n return n + 1", "main.lua:1: attempt to perform arithmetic on local 'n' (a nil value)"},
		{"arithmetic, second operand", "local n, m = 1 return n * m", "main.lua:1: attempt to perform arithmetic on local 'm' (a nil value)"},
		{"arithmetic on a field", "local o = {} return 2 - o.n", "main.lua:1: attempt to perform arithmetic on field 'n' (a nil value)"},
		{"arithmetic on a text", "local s = 'abc' return s + 1", "main.lua:1: attempt to perform arithmetic on local 's' (a string value)"},
		{"minus", "local n return -n", "main.lua:1: attempt to perform arithmetic on local 'n' (a nil value)"},
		{"length", "local o = {} return #o.list", "main.lua:1: attempt to get length of field 'list' (a nil value)"},
		{"concatenation", "local o = {}\nreturn 'a' .. o.name .. 'b'", "main.lua:2: attempt to concatenate field 'name' (a nil value)"},
		{"concatenation of a local", "local x\nreturn 'a' .. x", "main.lua:2: attempt to concatenate local 'x' (a nil value)"},
		{"append to nil", "local t\nt[#t+1] = 1", "main.lua:2: attempt to get length of local 't' (a nil value)"},
		{"compare nil with number", "local n return n < 1", "main.lua:1: attempt to compare nil with number"},
		{"compare two nils", "local n, m return n < m", "main.lua:1: attempt to compare two nil values"},
		{"compare tables", "return {} <= {}", "main.lua:1: attempt to compare two table values"},
		{"for limits", "for i = 1, 'x' do end", "main.lua:1: 'for' limit must be a number"},
		{"nil key", "local t = {} t[nil] = 1", "main.lua:1: table index is nil"},
		{"error with a text", "error('no tea')", "main.lua:1: no tea"},
		{"error at level 2", "local function f() error('no tea', 2) end\nf()", "main.lua:2: no tea"},
		{"error without place", "error('no tea', 0)", "main.lua:1: no tea"},
		{"assert", "assert(false, 'no tea')", "main.lua:1: no tea"},
		{"assert without a text", "assert(nil)", "main.lua:1: assertion failed!"},
		{"error with a table", "error({code = 5})", "main.lua:1: error object: { code = 5 }"},
		{"argument", "string.rep()", "main.lua:1: bad argument #1 to 'rep' (string expected, got no value)"},
		{"argument of base", "setmetatable(1, {})", "main.lua:1: bad argument #1 to 'setmetatable' (table expected, got number)"},
		{"missing argument", "tostring()", "main.lua:1: bad argument #1 to 'tostring' (value expected)"},
		{"stack", "local function f() return 1 + f() end\nf()", "main.lua:1: stack overflow"},
		{"caught and shown", "local ok, e = pcall(function() local o return o.x end) error(e, 0)", "main.lua:1: attempt to index local 'o' (a nil value)"},
		{"the library's words in a text", "require('it cannot perform this')", `main.lua:1: require: there is no module "it cannot perform this" (require "lib.prices" loads lib/prices.lua, require "shared.x" loads scripts/shared/x.lua)`},
		{"no place to name", "local _, e = pcall(rawset, {}, nil, 1) error('<' .. e .. '>', 0)", "main.lua:1: <table index is nil>"},
		{"in a coroutine", "coroutine.wrap(function()\nlocal o return o.x end)()", "main.lua:2: attempt to index local 'o' (a nil value)"},
		{"library is read-only", "math.trim = 1", "main.lua:1: math.trim: math is read-only"},
		{"a name of forty letters", "math." + strings.Repeat("n", 40) + " = 1", "main.lua:1: math." + strings.Repeat("n", 40) + ": math is read-only"},
		{"a name of more", "math." + strings.Repeat("n", 41) + " = 1", "main.lua:1: math." + strings.Repeat("n", 37) + "…: math is read-only"},
		{"an item that is read-only", "math[1] = 1", "main.lua:1: math: math is read-only"},
		{"index in the library", "os.time(setmetatable({}, {__index = 5}))", "main.lua:1: attempt to index a number value"},
		{"call in the library", "tostring(setmetatable({}, {__tostring = 5}))", "main.lua:1: attempt to call a value that is no function"},
		{"an argument in a coroutine", "coroutine.wrap(string.rep)('x', {})", "main.lua:1: bad argument #2 to 'rep' (number expected, got table)"},
		{"effect in a handler is fine, unknown module", "require 'lib.x'", `main.lua:1: require: there is no module "lib.x" (require "lib.prices" loads lib/prices.lua, require "shared.x" loads scripts/shared/x.lua)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.run(c.body)
			require.Error(t, err)
			require.Equal(t, c.want, err.Error())
		})
	}
}

func TestTextsThatAreAlmostAPlace(t *testing.T) {
	w := newWorld(t, nil)
	for _, text := range []string{"main.lua", "main.lua:", "main.lua:7", "main.lua:7:", "main.lua:7:x", "main.lua:x: y", "main.lua:: y", "other.lua:7: y"} {
		t.Run(text, func(t *testing.T) {
			_, err := w.run(`error("` + text + `", 0)`)
			var e *engine.ScriptError
			require.ErrorAs(t, err, &e)
			require.Equal(t, text, e.Msg)
			require.Equal(t, 1, e.Line)
		})
	}
}

func TestHints(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, body, want string }{
		{"library function", "string.formt('x')", "did you mean string.format?"},
		{"string method", "return ('x'):lowr()", "did you mean string.lower?"},
		{"global", "tostrin(1)", "did you mean tostring?"},
		{"the script's own global", "function welcome() end welcom()", "did you mean welcome?"},
		{"without its library", "format('x')", "did you mean string.format?"},
		{"gone", "loadstring('x')", "scripts do not have loadstring: use require, or a table of functions"},
		{"gone library", "io.open('x')", "scripts do not have io: use store for what lasts and data/ for tables"},
		{"a colon for a dot", "string:format('x')", "write a dot, not a colon: string.format(…)"},
		{"a method of a library", "string:formt('x')", "did you mean string.format?"},
		{"a method of nothing", "shop:open()", ""},
		{"another sign for a dot", "on_text('x')", "did you mean on.text?"},
		{"msg with a method", "return msg:text()", "msg is what a handler is given: on.text(function(msg) … end)"},
		{"gone without a word", "setfenv(1, {})", "scripts do not have setfenv"},
		{"gone from a library", "os.execute('ls')", "there are os.time, os.date and os.clock"},
		{"nothing near in a library", "string.zzzzz('x')", ""},
		{"a table of the script's own of that name", "io = {} io.zzzzz()", ""},
		{"for without pairs", "for k in {} do end", "write `in pairs(t)` or `in ipairs(t)`"},
		{"msg where there is none", "return msg.content", "msg is what a handler is given: on.text(function(msg) … end)"},
		{"nothing near", "zzzzz()", ""},
		{"nothing near", "zzzzz()", ""},
		{"what a function gave", "local function f() end f()()", ""},
		{"what an expression gave", "local t = {} return (t or {}).x.y", ""},
		{"an item of nothing", "local t = {} t[1].x = 1", ""},
		{"a limit that is nil", "local o = {} for i = 1, o.count do end", "the limit is field 'count' (a nil value)"},
		{"a first value that is a text", "local s = 'x' for i = s, 2 do end", "the initial value is local 's' (a string value)"},
		{"a step of no name", "for i = 1, 2, {} do end", "the step is a table value"},
		{"a text in a sum", "local s = '12 cups' return s + 1", "the text is no number; tonumber(text) gives nil for such a one"},
		{"a text and a number", "local n = '5' return n < 6", "tonumber(text) makes a number of a text"},
		{"a number and a text", "local n = '5' return 6 < n", "tonumber(text) makes a number of a text"},
		{"a boolean in a text", "return 'open: ' .. true", "tostring(value) makes a text of it"},
		{"a list in a text", "return 'teas: ' .. {}", `table.concat(list, ", ") makes a text of a list`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.run(c.body)
			var e *engine.ScriptError
			require.True(t, errors.As(err, &e), "%v", err)
			require.Equal(t, c.want, e.Hint)
		})
	}
}

// TestAHintIsTheSameEachTime though several names are as near.
func TestAHintIsTheSameEachTime(t *testing.T) {
	w := newWorld(t, nil)
	for range 20 {
		_, err := w.run(`tea5, tea1, tea4, tea2 = 1, 2, 3, 4 tea3()`)
		var e *engine.ScriptError
		require.ErrorAs(t, err, &e)
		require.Equal(t, "did you mean tea1?", e.Hint)
	}
}

func TestWordsOfSyntaxErrors(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, source, want string }{
		{"an end too many", "local x = 1\nend", "main.lua:2: '<eof>' expected near 'end'"},
		{"an end too few", "local function f()\n  if x then\n    y()\nend\n", "main.lua:5: 'end' expected (to close 'function' at line 1) near '<eof>'"},
		{"no value", "local x = \nend", "main.lua:2: unexpected symbol near 'end'"},
		{"no then", "if x\n  y()\nend", "main.lua:2: 'then' expected near 'y'"},
		{"no do", "for i = 1, 3\nprint(i) end", "main.lua:2: 'do' expected near 'print'"},
		{"for what", "for i do end", "main.lua:1: '=' or 'in' expected near 'do'"},
		{"assignment with ==", "x == 1", "main.lua:1: '=' expected near '=='"},
		{"a name alone", "x", "main.lua:1: '=' expected near '<eof>'"},
		{"bracket", "local t = {\n  a = 1\n  b = 2\n}", "main.lua:3: '}' expected (to close '{' at line 1) near 'b'"},
		{"argument list", "rule(function() end", "main.lua:1: ')' expected near '<eof>'"},
		{"string", "local s = \"abc\nlocal t", "main.lua:1: unfinished string near '\"abc'"},
		{"long string", "local s = [[abc\n", "main.lua:2: unfinished long string near '<eof>'"},
		{"reserved word as a name", "local end = 1", "main.lua:1: <name> expected near 'end'"},
		{"statement after return", "return 1\nlocal x", "main.lua:2: '<eof>' expected near 'local'"},
		{"unknown sign", "local x = 1 @ 2", "main.lua:1: unexpected symbol near '@'"},
		{"full-width quotes", "on.text(“hi”, 1)", "main.lua:1: unexpected symbol '“' in column 9"},
		{"break outside a loop", "break", "main.lua:1: no loop to break near '<eof>'"},
		{"assignment to a call", "f() = 1", "main.lua:1: unexpected symbol near '='"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.compile(map[string]string{"main.lua": c.source}, engine.Limits{})
			require.Error(t, err)
			require.Equal(t, c.want, err.Error())
		})
	}
}

func TestBox(t *testing.T) {
	w := newWorld(t, nil)
	source := `
local M = {}

local function confirm(c)
  local o = { id = 7, n = 2 }
  give(o)
  return "You ordered " .. o.item.name
end

rule(function(c) return confirm(c) end)
`
	_, err := w.ask(w.build(source))
	var e *engine.ScriptError
	require.True(t, errors.As(err, &e), "%v", err)
	require.Equal(t, `✗ shop  main.lua:7  attempt to index field 'item' (a nil value)                            trace …7K2Q
     5 │   local o = { id = 7, n = 2 }
     6 │   give(o)
  ▸  7 │   return "You ordered " .. o.item.name
     8 │ end
  in    confirm(c)  main.lua:7      o = { id = 7, n = 2 }    c = nil
  from  function(c) at line 10  main.lua:10
  from  main.lua:10 on.text("yes")
  fan   oX3…9f said "yes" · build 3f9c, saved 2 min ago
  fan saw  抱歉`, e.Box(engine.BoxInfo{
		Account: "shop", Trace: "0123456K7K2Q", Rule: `main.lua:10 on.text("yes")`, Fan: "oX3…9f", Did: `said "yes"`,
		Build: "3f9c", Saved: 130e9, FanSaw: "抱歉",
	}))
}
