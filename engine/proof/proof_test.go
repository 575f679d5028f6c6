package proof_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine/proof"
	"moonwire/engine/syntax"
)

// library has a few natives that write.
type library struct{}

func (library) Writes(native string) bool {
	return native == "table.insert" || native == "rawset" || native == "setmetatable"
}

func (library) HasWriters(name string) bool {
	return name == "table" || name == "rawset" || name == "setmetatable"
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name, source string
		want         proof.Kind // 0: proven
		of           string
	}{
		{"nothing", ``, 0, ""},
		{"the top level may do all", `local t = {} t.a = 1 x = 2 function f() end table.insert(t, 1) setmetatable(t, { __newindex = t }) do t[1] = 2 end`, 0, ""},
		{"handlers that look", `local prices = { tea = 5 } on.text(function(msg) return prices[msg.content] end)`, 0, ""},
		{"own variables", `function f(a) local n = 1 n = n + 1 a = n for i = 1, 2 do n = i end return n end`, 0, ""},
		{"a fresh table", `function f() local r = {} r.a = 1 r[#r + 1] = 2 table.insert(r, 3) rawset(r, 1, 2) return r end`, 0, ""},
		{"a list without a name", `function f() return table.insert({}, 1) end`, 0, ""},
		{"an object", `local C = {} C.__index = C function C.new() local self = setmetatable({}, C) self.a = 1 return self end`, 0, ""},
		{"an object of a class that is a global", `C = {} function new() local o = setmetatable({}, C) o.a = 1 return o end`, 0, ""},
		{"a metatable on the spot", `function f() local o = setmetatable({}, { __index = g }) o.a = 1 end`, 0, ""},
		{"session", `on.text(function(msg) msg.session.n = 1 msg.x = 2 end)`, 0, ""},
		{"session in an inner function", `on.text(function(msg) pcall(function() msg.session.n = 1 end) end)`, 0, ""},
		{"a library that is read", `function f(t) return table.concat(t) .. #string.rep("x", 2) end`, 0, ""},
		{"an alias of what only reads", `local concat = table.concat function f(t) return concat(t) end`, 0, ""},

		{"a global", `function f() n = 1 end`, proof.Global, "n"},
		{"a global function", `function f() function g() end end`, proof.Global, "g"},
		{"a loop that assigns a global", `function f() for i = 1, 2 do n = i end end`, proof.Global, "n"},
		{"a variable of the top level", `local n = 0 function f() n = n + 1 end`, proof.Outer, "n"},
		{"a variable of a function around", `function f() local n = 0 return function() n = n + 1 return n end end`, proof.Outer, "n"},
		{"a table of the top level", `local t = {} function f() t.a = 1 end`, proof.Table, "t"},
		{"a table of a global", `function f() t.a.b = 1 end`, proof.Table, "t"},
		{"a method that changes", `local C = {} function C:add() self.n = 1 end`, proof.Table, "self"},
		{"a parameter", `function f(a) a.x = 1 end`, proof.Table, "a"},
		{"a fresh table that has another value later", `local g = {} function f() local t = {} t = g t.a = 1 end`, proof.Table, "t"},
		{"the same in an inner function", `local g = {} function f() local t = {} pcall(function() t = g end) t.a = 1 end`, proof.Outer, "t"},
		{"a table in a fresh one", `local g = {} function f() local t = { g } t[1].a = 1 end`, proof.Table, "t"},
		{"a fresh table that an inner function has", `function f() local t = { n = 0 } return function() t.n = t.n + 1 return t.n end end`, proof.Table, "t"},
		{"what a call gives", `function f() g().a = 1 end`, proof.Table, ""},
		{"the second of a declaration", `local g = {} function f() local a, b = {}, g b.x = 1 end`, proof.Table, "b"},
		{"values of a call", `function f() local a, b = g() b.x = 1 end`, proof.Table, "b"},
		{"a function of the top level that is called there", `local t = {} local function def(k) t[k] = 1 end def("a")`, proof.Table, "t"},
		{"until sees the body", `local g = {} function f() repeat local t = {} until (function() g.x = 1 end)() end`, proof.Table, "g"},
		{"a while", `local g = {} function f() while (function() g.x = 1 end)() do end end`, proof.Table, "g"},
		{"a condition", `local g = {} function f() if 1 then elseif (function() g.x = 1 end)() then end end`, proof.Table, "g"},
		{"an else", `local g = {} function f() if 1 then else g.x = 1 end end`, proof.Table, "g"},
		{"a bound of a loop", `local g = {} function f() for i = 1, 2, (function() g.x = 1 end)() do end end`, proof.Table, "g"},
		{"an iterator", `local g = {} function f() for k in (function() g.x = 1 end)() do end end`, proof.Table, "g"},
		{"a key of a constructor", `local g = {} function f() return { [(function() g.x = 1 end)()] = 1 } end`, proof.Table, "g"},
		{"operands", `local g = {} function f() return 1 + -(#(function() g.x = 1 end)() .. "") end`, proof.Table, "g"},
		{"and", `local g = {} function f() return 1 and (function() g.x = 1 end)() end`, proof.Table, "g"},
		{"an argument of a method", `local g = {} function f() s:m(function() g.x = 1 end) end`, proof.Table, "g"},
		{"an argument of a native that writes", `local g = {} function f() table.insert({}, function() g.x = 1 end) end`, proof.Table, "g"},
		{"a key that is assigned", `local g = {} function f() local t = {} t[(function() g.x = 1 end)()] = 1 end`, proof.Table, "g"},

		{"a native that writes", `local t = {} function f() table.insert(t, 1) end`, proof.Handed, "table.insert"},
		{"a native that writes into nothing", `function f() rawset() end`, proof.Handed, "rawset"},
		{"a metatable for what is older", `local t = {} function f() setmetatable(t, {}) end`, proof.Handed, "setmetatable"},
		{"a metatable with a name", `function f() local m = {} m["__new" .. "index"] = g local o = setmetatable({}, m) o.a = 1 end`, proof.Handed, "setmetatable"},
		{"a metatable that is a parameter", `function f(m) return setmetatable({}, m) end`, proof.Handed, "setmetatable"},

		{"a native that writes, by another name", `local insert = table.insert`, proof.Value, "table.insert"},
		{"and handed on", `function f() pcall(rawset, t, 1, 2) end`, proof.Value, "rawset"},
		{"its library by another name", `local T = table`, proof.Value, "table"},
		{"its library by a key that is made", `function f() table["ins" .. "ert"](t, 1) end`, proof.Value, "table"},
		{"its library with a colon", `function f() table:insert(1) end`, proof.Value, "table"},
		{"a library that is walked", `for k, v in pairs(table) do end`, proof.Value, "table"},
		{"a variable of its name is none", `local table = {} function f() return table.insert end`, 0, ""},

		{"msg of somebody else", `local function f(msg) msg.session.n = 1 end`, proof.Table, "msg"},
		{"msg with another value", `on.text(function(msg) msg = g msg.session.n = 1 end)`, proof.Table, "msg"},
		{"deep in the session", `on.text(function(msg) msg.session.cart.n = 1 end)`, proof.Table, "msg"},
		{"something else of msg", `on.text(function(msg) msg.raw.x = 1 end)`, proof.Table, "msg"},
		{"the second parameter", `on.match("x", function(msg, a) a.session.n = 1 end)`, proof.Table, "a"},
		{"on is somebody else's", `local on = {} on.text(function(msg) msg.session.n = 1 end)`, proof.Table, "msg"},
		{"_G", `_G.x = 1`, proof.Reflect, "_G"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := syntax.Parse([]byte("\n" + tt.source))
			require.NoError(t, err)
			d := proof.Check(tree, library{})
			if tt.want == 0 {
				require.Nil(t, d)
				return
			}
			require.NotNil(t, d)
			require.Equal(t, tt.want, d.Kind)
			require.Equal(t, tt.of, d.Name)
			if d.Kind != proof.Reflect {
				require.Equal(t, 2, d.Line)
			}
		})
	}
}
