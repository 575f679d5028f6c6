package luaprogram

import "strings"

// constructor writes tables of few and of 50 or 100 items, with fields and open ends.
func (g *generator) constructor() {
	n := []int{0, 1, 2, 3, 49, 50, 51, 52, 99, 100, 101, 102, 150}[g.IntN(13)]
	if g.one(2) {
		n = g.IntN(4)
	}
	var parts []any
	many := strings.Repeat("7, ", n)
	if n > 0 && g.one(2) {
		many = strings.Repeat("7, ", n-1)
		parts = append(parts, join(Opt, many), join(Opt, g.value(anything, 2), ", "))
	} else {
		parts = append(parts, join(Opt, many))
	}
	for g.one(2) {
		parts = append(parts, join(Opt, g.field(), g.pick(", ", "; ")))
	}
	parts = append(parts, g.last())
	t := g.fresh()
	if g.one(3) {
		for range g.IntN(3) {
			parts = append(parts, join(Opt, ", ", g.field()))
		}
	}
	all := append([]any{"local ", t, " = {"}, parts...)
	g.add(append(all, g.pick("", "", ",", ";"), "}")...)
	g.declare(t, anything)
	g.add("observe(", t, ")")
}

func (g *generator) field() *Node {
	switch g.IntN(5) {
	case 0:
		return expr("x = ", g.value(anything, 2))
	case 1:
		return expr("[", g.pick(`"k"`, "1", "60", "-1", "true", "1.5", "2"), "] = ", g.value(anything, 2))
	case 2:
		return expr(g.pick("y", "n"), " = ", g.open(1))
	case 3:
		return expr("z = {", g.openEnd(1, 1), "}")
	}
	return g.value(anything, 2)
}

// last is the end of a constructor.
func (g *generator) last() *Node {
	switch g.IntN(6) {
	case 0:
		return expr("(", g.open(1), ")")
	case 1:
		return expr("n = ", g.open(1))
	case 2:
		if g.frame.vararg {
			return atom("...")
		}
	case 3:
		return g.value(anything, 2)
	}
	return g.open(2)
}

// selfReference tells local function f from local f = function.
func (g *generator) selfReference() {
	f := g.fresh()
	switch g.IntN(7) {
	case 0:
		g.add("local ", f, " = function(s) return ", g.pick(`"a" .. s`, "{s}", "s, 1"), " end")
		g.add("local ", f, " = function(...) return ", g.pick("", "1, "), f, "(...)", g.pick("", ", 2"), " end")
	case 1:
		name := g.pick("tostring", "type", "select", "pairs", "unpack", "tonumber")
		arg := g.pick("5", `"2"`, "{}")
		if name == "tostring" {
			arg = g.pick("5", `"2"`, "nil") // no addresses
		}
		g.add("do local ", name, " = function(...) return ", g.pick(`"<"`, "1"), ", ", name, "(...) end observe(pcall(", name, ", ", arg, ")) end")
		return
	case 2:
		g.add("local ", f)
		g.add(f, " = function(n) if n == 0 then return ", g.sealed(anything), " end return ", f, "(n - 1) end")
		if g.one(2) {
			g.add("local ", f, " = function(n) if n == 0 then return 'inner' end return ", f, "(n - 1) end")
		}
		g.add("observe(", f, "(3))")
		g.declare(f, anything).fixed = true
		return
	case 3:
		g.add("local function ", f, "(n, ...) if n == 0 then return ... end return ", f, "(n - 1, n, ...) end")
		g.add("observe(", f, "(", g.pick("0", "1", "4"), ", ", g.leaf(anything), "))")
		g.declare(f, anything).fixed = true
		return
	case 4: // not yet there
		g.add("local ", f, " = function() return ", f, " == nil end")
	case 5:
		h := g.fresh()
		g.add("local ", f, ", ", h, " = function() return ", g.pick(f, h), " end, function() return ", f, " end")
		g.declare(h, anything).fixed = true
		g.add("observe(", h, "())")
	default:
		g.add("local ", f, " = ", g.leaf(anything))
		g.add("local ", f, g.pick("", ", q9"), " = (function() return ", f, " end)", g.pick("", "()"), g.pick("", " or 1"))
	}
	g.declare(f, anything).fixed = true
	g.add("observe(pcall(", f, ", ", g.pick("1", `"x"`), "))")
}

// numerals writes numbers and texts that are numbers, in every way.
func (g *generator) numerals() {
	odd := g.pick("0xFFFFFFFF", "0xFFFFFFFFFFFFFFFF", "0xfffffffffffffffff", "1e400", "1e-400", "0001.50", "08", "0012", "00e1", "1e308", ".5", "5.", "3.14159265358979", "9007199254740993", "0x7fffffffffffffff", "123456789012345678901234567890", "2.2250738585072014e-308", "0x0", "00000000000000000000001", "1E+2")
	bad := g.pick(`"0b11"`, `"1_000"`, `"0o7"`, `"0x"`, `"1e"`, `""`, `" "`, `"1 2"`, `"--1"`, `"+ 1"`, `"+1"`, `"1e400"`, `".e1"`, `"."`, `"1,5"`, `"0xg"`, `"5e+"`, `"-0x10"`, `"- 1"`, `"1f"`)
	op := g.pick("%s + 0", "0 + %s", "-%s", "%s * 2", "10 - %s", "%s / 2", "%s - %s", "2 ^ 2 * %s")
	switch g.IntN(6) {
	case 0:
		g.add("observe(", odd, ", -", odd, ")")
	case 1:
		g.add("observe(pcall(function() return ", fill(op, g.digits(), ""), " end))")
	case 2:
		g.add("observe(pcall(function() return ", fill(op, bad, ""), " end))")
	case 3:
		g.add("observe(tonumber(", g.oneNode(atom(bad), atom(g.digits()), atom(`"`+odd+`"`)), "))")
	case 4:
		v := g.fresh()
		g.add("local ", v, " = ", g.digits())
		g.declare(v, anything)
		g.add("observe(", fill(op, v, ""), ", ", v, " .. 1, ", v, " == ", g.numeral(), ", ", v, " + ", v, ")")
	default:
		g.add("observe(", list(g.whole(3), g.number(3), atom(odd)), ", ", g.pick("1 .. 2", "0x10 .. ''", "1. .. .5", "-2 ^ 2", "2 ^ -2", "-'2' ^ 2", "5 % 3 * 2", "7 - -3", "1e2 .. ''", "-.5 + 0"), ")")
	}
}

// concat writes long chains.
func (g *generator) concat() {
	chain := expr(g.plain(2))
	for n := 1 + g.IntN(9); n > 0; n-- {
		chain.Parts = append(chain.Parts, join(Opt, " .. ", g.concatPart()))
	}
	switch g.IntN(4) {
	case 0:
		g.add("observe(", chain, ")")
	case 1:
		g.add("observe(#(", chain, "), (", chain.clone(), ") == ", g.plain(1), ")")
	case 2:
		v := g.fresh()
		g.add("local ", v, " = ", chain)
		g.declare(v, anything)
		g.add(v, " = ", v, " .. ", g.plain(1), " .. ", v)
		g.add("observe(", v, ")")
	default:
		g.add("observe({", chain, ", k = ", g.plain(1), " .. ", g.concatPart(), "}, (", chain.clone(), "):len())")
	}
}

func (g *generator) concatPart() *Node {
	switch g.IntN(6) {
	case 0:
		return expr("(", g.plain(1), " .. ", g.plain(1), ")")
	case 1:
		return expr("#", operand(g.leaf(text)), g.pick("", " + 1", " * 2"))
	case 2:
		return expr("(", operand(g.condition(1)), " and ", g.plain(1), " or ", g.plain(1), ")")
	case 3:
		return atom("tostring(", g.leaf(truth), ")")
	}
	return g.plain(2)
}

// closures shares variables between functions, and gives each round of a loop its own.
func (g *generator) closures() {
	switch g.IntN(5) {
	case 0:
		g.counterPair()
	case 1:
		g.deepUpvalues()
	case 2:
		g.conditionSeesLocal()
	default:
		g.breaks()
	}
}

func (g *generator) counterPair() {
	a, b, n := g.fresh(), g.fresh(), g.fresh()
	g.add("local ", a, ", ", b)
	g.add("do local ", n, " = ", g.leaf(whole), " ", a, " = function(x) ", n, " = ", n, " + (x or 1) return ", n, " end ", b, " = function() ", n, ", G = ", g.pick("G, "+n, n+" * 2 % 50, G", n+", "+n), " return ", n, " end end")
	g.declare(a, anything).fixed = true
	g.declare(b, anything).fixed = true
	g.add("observe(", a, "(), ", b, "(), ", a, "(", g.leaf(whole), "), ", a, "() + ", b, "() * ", a, "())")
	if g.one(2) {
		g.add("pcall(error, 'x')")
		g.add("observe(", a, "(), ", b, "())")
	}
}

func (g *generator) deepUpvalues() {
	v, f := g.fresh(), g.fresh()
	g.add("local ", v, " = ", g.value(anything, 2))
	g.declare(v, anything)
	inner := g.called(&frame{}, func() {
		g.add("return function(...)", g.called(&frame{vararg: true}, func() {
			g.logicIntoItself()
			g.several()
			g.add("return ", v, ", ", g.pick("...", "function() return "+v+" end"))
		}), "end")
	})
	g.add("local function ", f, "()", inner, "end")
	g.declare(f, anything).fixed = true
	g.add("observe(", f, "()(", g.openEnd(1, 1), "))")
	g.add("observe(", v, ")")
}

func (g *generator) conditionSeesLocal() {
	fs, n := g.fresh(), g.fuel(3)
	g.add("local ", fs, " = {}")
	g.declare(fs, anything).fixed = true
	g.add("repeat ", g.loop(3, func() {
		keep(g.add(n, " = ", n, " - 1"))
		g.add("local w9 = ", n, " * 2")
		g.add(fs, "[#", fs, " + 1] = function(x) w9 = x or w9 return w9 end")
		if g.one(2) {
			g.head()
		}
	}), "until ", g.pick("w9 <= 0", "(function() return w9 <= 0 end)()", "w9 <= 0 or w9 == 2", "not (w9 > 0)"))
	g.recall(fs)
}
