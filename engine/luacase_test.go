package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// luaCase is one call of a string function, with its arguments as Lua source.
type luaCase struct {
	Fn   string   `json:"fn"`
	Args []string `json:"args"`
	Want string   `json:"want,omitempty"` // what lua5.1 answers; see show in luaHarness
}

func (c luaCase) String() string { return c.Fn + "(" + strings.Join(c.Args, ", ") + ")" }

// quote writes any bytes as a Lua literal that every reader takes.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f && c != '"' && c != '\\' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "\\%03d", c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// gen makes random calls.
type gen struct{ *rand.Rand }

func (g gen) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g gen) subject() string {
	n := g.IntN(16)
	var b strings.Builder
	for range n {
		b.WriteString(g.pick("a", "a", "b", "c", "1", "23", " ", "-", "(", ")", "[", "]", "%", ".", "A", "\n", "\x00", "é", "中", "x=y", "^", "$"))
	}
	return b.String()
}

func (g gen) pattern() string {
	var b strings.Builder
	if g.IntN(6) == 0 {
		b.WriteByte('^')
	}
	for range g.IntN(6) {
		b.WriteString(g.item())
	}
	if g.IntN(6) == 0 {
		b.WriteByte('$')
	}
	return b.String()
}

func (g gen) item() string {
	switch g.IntN(14) {
	case 0:
		return "(" + g.item() + ")"
	case 1:
		return "()"
	case 2:
		return g.pick("%b()", "%bxy", "%b", "%bx", "%b[]")
	case 3:
		return "%f" + g.pick("[%w]", "[^%w]", "[a-c]", "", "x", "[%s%z]", "[")
	case 4:
		return g.pick("%1", "%2", "%0", "%9", "(", ")", "%", "[", "[^", "[a", "[]", "[^]", "[%", "]")
	}
	return g.single() + g.pick("", "", "", "*", "+", "-", "?", "**")
}

// references makes patterns whose captures are closed and then meant again, and whose frontiers are sets.
func (g gen) references() luaCase {
	var b strings.Builder
	level := 0
	for range 1 + g.IntN(4) {
		switch g.IntN(5) {
		case 0, 1:
			b.WriteString("(" + g.single() + g.pick("", "*", "-", "+", "?") + ")")
			level++
		case 2:
			if level > 0 {
				fmt.Fprintf(&b, "%%%d", 1+g.IntN(level))
			}
		case 3:
			b.WriteString("%f" + g.pick("[%w]", "[^%w]", "[a-c]", "[%s%z]", "[^%z]", "[%a%-]", "[\x80-\xff]"))
		default:
			b.WriteString(g.single() + g.pick("", "*", "-"))
		}
	}
	c := luaCase{Fn: g.pick("find", "match", "gmatch", "gsub"), Args: []string{quote(g.subject() + g.subject()), quote(b.String())}}
	if c.Fn == "gsub" {
		c.Args = append(c.Args, g.pick(`"<%1>"`, `"<%0>"`, "R.count", "R.upper", `"%2%1"`))
	}
	return c
}

// longSets makes patterns of sets that are read once and kept, more of them than are kept at a time.
func (g gen) longSets() luaCase {
	var b strings.Builder
	for range 1 + g.IntN(12) {
		b.WriteString(g.pick("", "", "%f") + "[" + g.pick("", "^", "]", "^]", "-"))
		for range 8 + g.IntN(12) {
			b.WriteString(g.pick("a-c", "%d", "b", "x-", "%]", "-", "^", "%-a", "\x80-\xff", "z-a", "%W", "(", "%z", "1-3", "\xe4", "A-"))
		}
		b.WriteString("]" + g.pick("", "*", "-", "+", "?"))
	}
	c := luaCase{Fn: g.pick("find", "match", "gmatch", "gsub"), Args: []string{quote(g.subject() + g.subject()), quote(b.String())}}
	if c.Fn == "gsub" {
		c.Args = append(c.Args, `"<%0>"`)
	}
	return c
}

func (g gen) single() string {
	switch g.IntN(4) {
	case 0:
		return g.pick("a", "b", "c", "1", " ", "-", "x", "\xc3", "^", "$", "\n")
	case 1:
		return "."
	case 2:
		return "%" + string("acdlpsuwxzACDLPSUWXZ.%-()"[g.IntN(25)])
	}
	return "[" + g.pick("", "^") + g.pick("a-c", "%a", "abc", "]", "a-", "-a", "%]", "a-%", "%d-z", "^", "\x80-\xff", "b-a", "1-3%s") + g.pick("", "x", "%w") + "]"
}

func (g gen) position() string {
	return g.pick("nil", "1", "2", "0", "-1", "-3", "5", "100", "-100", "2.7", `"3"`, `" 2 "`, "-0.5", `"x"`, "true", "{}", "1e300", "-1e300")
}

func (g gen) find() luaCase {
	c := luaCase{Fn: g.pick("find", "find", "match", "match"), Args: []string{quote(g.subject()), quote(g.pattern())}}
	if g.IntN(4) == 0 {
		c.Args = append(c.Args, g.safePosition())
		if c.Fn == "find" && g.IntN(2) == 0 {
			c.Args = append(c.Args, g.pick("true", "false", "nil", "1"))
		}
	}
	return g.spoil(c)
}

// safePosition leaves out what C calls undefined.
func (g gen) safePosition() string {
	for {
		if p := g.position(); !strings.Contains(p, "e300") {
			return p
		}
	}
}

func (g gen) gmatch() luaCase {
	return g.spoil(luaCase{Fn: "gmatch", Args: []string{quote(g.subject()), quote(g.pattern())}})
}

func (g gen) gsub() luaCase {
	c := luaCase{Fn: "gsub", Args: []string{quote(g.subject()), quote(g.pattern())}}
	switch g.IntN(3) {
	case 0:
		c.Args = append(c.Args, quote(g.pick("", "x", "<%0>", "%1", "%2%1", "%%", "%a", "%", "a%9", "é")))
	case 1:
		c.Args = append(c.Args, g.pick("R.map", "R.numbers", "R.falses", "R.tables", "R.meta"))
	default:
		c.Args = append(c.Args, g.pick("R.upper", "R.none", "R.count", "R.table", "R.raise", "R.yes", "12", "nil", "true"))
	}
	if g.IntN(4) == 0 {
		c.Args = append(c.Args, g.pick("0", "1", "2", "-1", "nil", `"2"`, `"x"`, "1.9"))
	}
	return g.spoil(c)
}

func (g gen) format() luaCase {
	c := luaCase{Fn: "format"}
	var f strings.Builder
	for range 1 + g.IntN(3) {
		f.WriteString(g.pick("", "x", " ", "中", "%%"))
		c.Args = append(c.Args, g.conversion(&f)...)
	}
	if g.IntN(20) == 0 {
		f.WriteString(g.pick("%", "%123d", "%.123f", "%-+ #0-d", "%y", "%p", "%5", "%a", "%.", "%i"))
	}
	c.Args = append([]string{quote(f.String())}, c.Args...)
	if g.IntN(20) == 0 && len(c.Args) > 1 {
		c.Args = c.Args[:len(c.Args)-1]
	}
	return c
}

func (g gen) conversion(f *strings.Builder) []string {
	f.WriteByte('%')
	verb := string("diuoxXeEfgGcsq"[g.IntN(14)])
	if strings.Contains("diuoxXeEfgG", verb) {
		for range g.IntN(3) {
			f.WriteString(g.pick("-", "+", " ", "#", "0"))
		}
		f.WriteString(g.pick("", "", "1", "5", "12", "99"))
		f.WriteString(g.pick("", "", ".", ".0", ".1", ".3", ".14", ".30", ".99"))
		f.WriteString(verb)
		return []string{g.number(verb)}
	}
	if g.IntN(3) == 0 && verb != "q" {
		f.WriteString(g.pick("-5", "5", "1", "12"))
		if verb == "s" {
			f.WriteString(g.pick("", ".", ".0", ".2", ".10"))
		}
	}
	f.WriteString(verb)
	if verb == "c" {
		return []string{g.pick("65", "97.5", `"98"`, "255", "10", "nil", `"x"`)}
	}
	if verb == "q" {
		return []string{g.pick(quote(g.subject()), "12", "nil", `"a\"b\\c\nd\re\0f"`)}
	}
	// C's %s ends at a zero byte; ours does not.
	return []string{g.pick(quote(strings.ReplaceAll(g.subject(), "\x00", "0")), "12", "1.5", "-0.25", "nil", "true", "{}", "1e100", "0.1+0.2")}
}

func (g gen) number(verb string) string {
	if strings.Contains("uoxX", verb) { // C leaves negative numbers to the machine
		return g.pick("0", "1", "255", "4096.9", `"17"`, `"0x1f"`, "2^31", "2^52+1", "nil", `"x"`)
	}
	if strings.Contains("di", verb) { // nor numbers that no int holds
		return g.pick("0", "1", "-1", "3.7", "-3.7", "1e15", "-2^62", "99.5", `"10"`, `" 0x10 "`, `"1e2"`, "nil", "true", `""`)
	}
	return g.pick("0", "1", "-1", "3.7", "-3.7", "255", "1e15", "123456789012", "0.1", "1/3", "-0.0001", "1e-5", "123456.789",
		"1e100", "-1e-300", "5e-324", "2^53", "99.5", "0.5", "1.5", "2.5", "99999.95", `"10"`, `" 0x10 "`, `"1e2"`, "nil", "true", `""`)
}

func (g gen) simple() luaCase {
	s := quote(g.subject())
	switch g.IntN(8) {
	case 0:
		return luaCase{Fn: "sub", Args: []string{s, g.safePosition(), g.safePosition()}}
	case 1:
		return luaCase{Fn: "sub", Args: []string{s, g.safePosition()}}
	case 2:
		return luaCase{Fn: "byte", Args: []string{s, g.safePosition(), g.safePosition()}[:1+g.IntN(3)]}
	case 3:
		return luaCase{Fn: "rep", Args: []string{s, g.pick("0", "1", "3", "-2", "2.9", `"2"`, "nil", "{}")}}
	case 4:
		return luaCase{Fn: "char", Args: []string{g.pick("65", "0", "255", "256", "-1", `"66"`, "nil"), g.pick("97", "98.6", "10")}}
	case 5:
		return luaCase{Fn: g.pick("upper", "lower", "reverse", "len"), Args: []string{g.pick(s, s, s, "12.5", "nil", "true")}}
	}
	return g.spoil(luaCase{Fn: g.pick("upper", "lower", "reverse", "len"), Args: []string{s}})
}

// spoil sometimes drops an argument or gives one of a wrong type.
func (g gen) spoil(c luaCase) luaCase {
	switch g.IntN(40) {
	case 0:
		c.Args = c.Args[:g.IntN(len(c.Args))]
	case 1:
		c.Args[g.IntN(len(c.Args))] = g.pick("nil", "true", "{}", "12", "-1.5")
	}
	return c
}

// luaHarness runs cases; it is the same text for lua5.1 and for the engine. Each function is called by its
// own name, for that is what error messages call it.
const luaHarness = `
local function pack(...) return { n = select("#", ...), ... } end
local function rows(f, s, v)
  local all = { n = 0 }
  while true do
    local got = pack(f(s, v))
    if got[1] == nil or all.n > 60 then return all end
    for i = 1, got.n do all.n = all.n + 1 all[all.n] = got[i] end
  end
end
R = {
  map = { a = "1", b = "<b>", ["23"] = 23, c = false }, numbers = { 5, 6, 7.5 }, falses = {}, tables = { a = {}, b = {} },
  meta = setmetatable({}, { __index = function(_, k) return k .. k end }),
  upper = function(a) return type(a) == "string" and ("<" .. a .. ">") or a end, none = function() end,
  count = function(...) return select("#", ...) end, table = function() return {} end,
  raise = function() error("from within", 0) end, yes = function() return true end,
}
local call = {
  find = function(...) return pack(string.find(...)) end,
  match = function(...) return pack(string.match(...)) end,
  gmatch = function(...) local r = pack(string.gmatch(...)) return rows(unpack(r)) end,
  gsub = function(...) return pack(string.gsub(...)) end,
  format = function(...) return pack(string.format(...)) end,
  sub = function(...) return pack(string.sub(...)) end,
  byte = function(...) return pack(string.byte(...)) end,
  rep = function(...) return pack(string.rep(...)) end,
  char = function(...) return pack(string.char(...)) end,
  upper = function(...) return pack(string.upper(...)) end,
  lower = function(...) return pack(string.lower(...)) end,
  reverse = function(...) return pack(string.reverse(...)) end,
  len = function(...) return pack(string.len(...)) end,
}
function T(fn, ...)
  local ok, r = pcall(call[fn], ...)
  if ok then answer(unpack(r, 1, r.n)) else answer("error", (tostring(r):gsub("^[^:]*:%d+: ", ""))) end
end
`
