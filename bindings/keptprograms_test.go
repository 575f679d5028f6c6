package bindings_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// dirtyWriter writes accounts whose functions do all that may outlive a message, and much that only looks like it.
type dirtyWriter struct {
	rng      *rand.Rand
	b        strings.Builder
	clean    bool // its statements leave nothing behind, but for …
	slipping bool
	depth    int
	fresh    int // fresh local tables of the function that is written: r1 …
	inMsg    bool
}

const dirtyHead = `local t1, t2, n = { a = 1, b = { c = 2 }, 3, 1, 2 }, {}, 5
local mt = { __newindex = t2 }
local mute = { __newindex = function() end, __index = t1 }
g1 = { x = 1, list = {} }
local lib = require "lib"
local Class = {}
Class.__index = Class
function Class.new(v) local self = setmetatable({}, Class) self.v = v return self end
function Class:get() return self.v end
local function dump(v, d)
  if type(v) == "function" then return "f" end
  if type(v) ~= "table" or (d or 0) > 4 then return type(v) == "table" and "T" or tostring(v) end
  local out = {}
  for k, x in pairs(v) do out[#out + 1] = tostring(k) .. "=" .. dump(x, (d or 0) + 1) end
  table.sort(out)
  return "{" .. table.concat(out, ",") .. "}"
end
local obj = Class.new(1)
`

// write makes main.lua and lib.lua.
func (w *dirtyWriter) write() files {
	var lib string
	w.b.Reset()
	w.b.WriteString("local M = { list = { 1 }, n = 0 }\nlocal own = { 1 }\nfunction M.look(a) return #M.list + #own end\n")
	if !w.clean && w.chance(3) || w.slips(4) {
		w.b.WriteString("function M.add(x) M.list[#M.list + 1] = x own[1] = x end\n")
	} else {
		w.b.WriteString("function M.add(x) local r1 = { x } r1[2] = x return r1 end\n")
	}
	w.b.WriteString("return M\n")
	lib = w.b.String()
	w.b.Reset()
	w.b.WriteString(dirtyHead)
	if !w.clean && w.chance(3) {
		w.b.WriteString("function Class:bump() self.v = self.v + 1 return self.v end\n")
	} else {
		w.b.WriteString("function Class:bump() return self.v + 1 end\n")
	}
	w.oddity()
	for i := 1; i <= 3; i++ {
		fmt.Fprintf(&w.b, "local function f%d(a, b)\n", i)
		w.body(false)
		w.b.WriteString("return a\nend\n")
		if w.chance(4) {
			fmt.Fprintf(&w.b, "local got%d = f%d(t1, 2)\n", i, i)
		}
	}
	for i := 1; i <= 4; i++ {
		fmt.Fprintf(&w.b, "on.text(\"m%d\", function(msg)\n", i)
		w.body(true)
		w.b.WriteString("return dump({ t1, t2, n, g1, g2, obj, lib, msg.session, math.random(1000), { it and it(), co and co() } })\nend)\n")
	}
	return files{"main.lua": w.b.String(), "lib.lua": lib}
}

func (w *dirtyWriter) chance(n int) bool { return w.rng.IntN(n) == 0 }

// slips is chance in an account that is clean but for some slips.
func (w *dirtyWriter) slips(n int) bool { return w.slipping && w.chance(n) }

func (w *dirtyWriter) pick(list ...string) string { return list[w.rng.IntN(len(list))] }

// oddity is something at the top level that has a memory of its own.
func (w *dirtyWriter) oddity() {
	switch {
	case w.chance(12):
		w.b.WriteString("local it = (\"a b c d e\"):gmatch(\"%a\")\nlocal co\n")
	case w.chance(12):
		w.b.WriteString("local it\nlocal co = coroutine.wrap(function() for i = 1, 9 do coroutine.yield(i) end end)\n")
	case w.chance(12):
		w.b.WriteString("local it, co\nmath.randomseed(7)\n")
	case w.chance(12):
		w.b.WriteString("local it, co\nlocal counter = (function() local c = { n = 0 } return function() c.n = c.n + 1 return c.n end end)()\nit = counter\n")
	default:
		w.b.WriteString("local it, co\n")
	}
}

func (w *dirtyWriter) body(handler bool) {
	w.fresh, w.inMsg = 0, handler
	for range 1 + w.rng.IntN(5) {
		w.statement()
	}
}

// table is an expression for a table: of the top level, or fresh.
func (w *dirtyWriter) table() string {
	if w.fresh > 0 && (w.clean && !w.slips(12) || w.chance(2)) {
		return fmt.Sprintf("r%d", 1+w.rng.IntN(w.fresh))
	}
	if w.clean && !w.slips(12) {
		return "{ 2, 1 }"
	}
	list := []string{"t1", "t2", "t1.b", "g1", "g1.list", "obj", "lib.list", "{ 4, 3 }"}
	if w.inMsg {
		list = append(list, "msg.session")
	} else {
		list = append(list, "a")
	}
	return w.pick(list...)
}

func (w *dirtyWriter) value() string {
	return w.pick("1", "2", `"s"`, "n", "t1.a", "#t2", "#lib.list", "obj:get()", "{ 7 }", "t1", "t2", "nil", "math.random(100)")
}

func (w *dirtyWriter) number() string {
	return w.pick("1", "n", "#t2", "#lib.list", "(t1.a or 0)", "math.random(100)")
}

func (w *dirtyWriter) statement() {
	t, v := w.table(), w.value()
	switch w.rng.IntN(22) {
	case 0, 1, 2:
		w.fresh++
		fmt.Fprintf(&w.b, "local r%d = { %s, k = %s }\n", w.fresh, w.number(), v)
	case 3:
		w.fresh++
		fmt.Fprintf(&w.b, "local r%d = %s\n", w.fresh, w.pick("{}", "{}", "setmetatable({}, Class)", "setmetatable({}, mt)", "setmetatable({}, mute)", "setmetatable({ 1 }, { __index = t1 })", `setmetatable({}, { ["__new" .. "index"] = t2 })`, w.table(), "setmetatable({}, { __newindex = g1 })"))
		if !w.clean && w.chance(2) {
			fmt.Fprintf(&w.b, "local m%d = {} m%d[\"__new\" .. \"index\"] = t2 setmetatable(r%d, m%d)\n", w.fresh, w.fresh, w.fresh, w.fresh)
		}
	case 4, 5, 6:
		fmt.Fprintf(&w.b, "%s = %s\n", w.target(t), v)
	case 7:
		fmt.Fprintf(&w.b, "table.insert(%s, %s)\n", t, w.number())
	case 8:
		fmt.Fprintf(&w.b, "%s(%s)\n", w.pick("table.remove", "json.array"), t)
	case 9:
		fmt.Fprintf(&w.b, "rawset(%s, \"raw\", %s)\n", t, v)
	case 10:
		w.dirty("n = n + 1\n", "local n = n + 1\n")
	case 11:
		w.dirty(w.pick("g2 = 1\n", "function g2() end\n", "g1 = { y = 2 }\n"), "local g2 = g1\n")
	case 12:
		w.nested("pcall(function()\n", "end)\n")
	case 13:
		w.nested("local _ = (\"x y\"):gsub(\"%a\", function(c)\n", "return c\nend)\n")
	case 14:
		w.nested("if n > 3 then\n", "end\n")
	case 15:
		w.nested("for k, x in pairs({ 1, 2 }) do\n", "end\n")
	case 16:
		w.dirty(w.pick("local ins = table.insert ins(t1, 1)\n", "pcall(table.insert, t2, 1)\n", "local T = table T.insert(t2, 3)\n", `require("table").insert(t2, 5)`+"\n"), "local con = table.concat\n")
	case 17:
		fmt.Fprintf(&w.b, "lib.add(%s)\n", w.number())
	case 18:
		w.b.WriteString(w.pick("obj:bump()\n", "obj:get()\n", "lib.look(1)\n", "local o = Class.new(3) o:bump()\n"))
	case 19:
		w.dirty("setmetatable("+t+", mt)\n", "setmetatable({}, Class)\n")
	case 20:
		w.dirty("table.sort("+t+", function(x, y) return tostring(x) < tostring(y) end)\n", "table.sort({ 3, 2 })\n")
	default:
		if w.inMsg {
			fmt.Fprintf(&w.b, "msg.session.k%d = %s\n", w.rng.IntN(3), w.pick("1", "n", `"s"`, "{ 1 }"))
		} else {
			fmt.Fprintf(&w.b, "b = %s\n", v)
		}
	}
}

func (w *dirtyWriter) target(t string) string {
	if strings.HasPrefix(t, "{") {
		t = w.pick("({ 1 })", "t1")
		if w.clean {
			return "local _"
		}
	}
	switch w.rng.IntN(4) {
	case 0:
		return t + "[#" + t + " + 1]"
	case 1:
		return t + "[" + w.pick(`"a"`, `"__newindex"`, "1", "n") + "]"
	default:
		return t + "." + w.pick("a", "b", "k", "x")
	}
}

func (w *dirtyWriter) dirty(dirty, clean string) {
	if w.clean && !w.slips(10) {
		w.b.WriteString(clean)
	} else {
		w.b.WriteString(dirty)
	}
}

func (w *dirtyWriter) nested(begin, end string) {
	if w.depth > 1 {
		return
	}
	w.depth++
	fresh := w.fresh
	w.b.WriteString(begin)
	w.statement()
	w.b.WriteString(end)
	w.fresh = fresh
	w.depth--
}
