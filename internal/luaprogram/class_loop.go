package luaprogram

// genericFor gives a generic for one, two or three values, in every way.
func (g *generator) genericFor() {
	switch g.IntN(8) {
	case 0:
		g.genericTriple()
	case 1:
		g.genericClosure()
	case 2:
		g.genericNested()
	case 3:
		g.genericSorted()
	default:
		g.generic()
	}
}

// genericTriple lets a call give all three.
func (g *generator) genericTriple() {
	triples := []struct{ values, first string }{ // first is what the iterator begins with
		{"next, t", "nil"},
		{"next, t, nil", "nil"},
		{"next, t, nil, 9", "nil"},
		{"pairs(t)", "nil"},
		{"ipairs(t)", "0"},
		{"function(s, i) i = (i or 0) + 1 if s[i] then return i, s[i] end end, t, 0", "nil"},
		{"function(s, i) i = i + 1 if s[i] then return i, s[i], s end end, t, 0", "0"},
	}
	triple, f := triples[g.IntN(len(triples))], g.fresh()
	g.add("local function ", f, "(t", g.pick("", ", ..."), ") return ", triple.values, " end")
	g.declare(f, anything).fixed = true
	call := atom(f, "(", g.itemList(), ")")
	switch g.IntN(3) {
	case 0:
		g.genericOver(list(call), 4)
	case 1: // only what the first call gives first counts
		g.genericOver(list(expr("(", call, ")"), g.itemList(), atom(triple.first)), 4)
	default:
		g.genericOver(list(atom("next"), expr("(select(2, ", call, "))")), 4)
	}
}

// genericClosure has an iterator that keeps its state.
func (g *generator) genericClosure() {
	f, n := g.fresh(), g.fresh()
	g.add("local function ", f, "(", n, ", ...) local k = 0 return function(s, c) k = k + 1 if k <= ", n, " then return ",
		g.pick("k", "k, s, c", "k * 2, k", "false, k", `"t" .. k, c`), " end end", g.pick("", ", ...", ", 7, 8"), " end")
	g.declare(f, anything).fixed = true
	g.genericOver(list(atom(f, "(", list(atom(g.pick("2", "3", "0")), g.leaf(anything)), ")")), 3)
}

func (g *generator) genericNested() {
	outer, inner := g.fresh(), g.fresh()
	g.add("for ", outer, " in ", g.pick("next, {5, 6}", "ipairs{5, 6}", `("ab"):gmatch(".")`), " do", g.loop(2, func() {
		g.declare(outer, anything)
		g.add("for ", inner, ", ", g.declare(g.fresh(), anything).name, " in ", g.pick("next, {7, 8, 9}", "pairs({3, 4})", "ipairs{1}", "next, {"+outer+"}"), " do", g.loop(3, func() {
			g.declare(inner, anything)
			g.add("observe(", outer, ", ", inner, ")")
			g.some()
			if g.one(3) {
				g.add("break")
			}
		}), "end")
	}), "end")
}

// genericSorted goes over a table in no certain order, and sorts.
func (g *generator) genericSorted() {
	g.add("do ", g.inside(g.sortedKeys), "end")
}

func (g *generator) sortedKeys() {
	t, r, k := g.fresh(), g.fresh(), g.fresh()
	g.add("local ", t, " = {x = ", g.leaf(whole), ", y = ", g.leaf(text), ", [10] = ", g.leaf(truth), ", 5}")
	g.add("local ", r, " = {}")
	g.add("for ", k, g.pick("", ", v"), " in ", g.pick("pairs("+t+")", "next, "+t, "next, "+t+", nil"), " do", g.loop(4, func() {
		if g.one(2) {
			g.head()
		}
		g.add(r, "[#", r, " + 1] = tostring(", k, ")")
	}), "end")
	keep(g.add("table.sort(", r, ")"))
	g.add("observe(", r, ")")
}

// numericFor has bounds that are texts, fractions, expressions, and loops in one another.
func (g *generator) numericFor() {
	switch g.IntN(6) {
	case 0:
		g.numericTexts()
	case 1: // a variable that the body assigns
		v := g.fresh()
		g.add("for ", v, " = ", g.pick("1, 3", `"1", "3"`, "3, 1, -1", "0.5, 2"), " do observe(", v, ") ", v, " = ", v, " * 10 observe(", v, ") end")
	case 2: // bounds are evaluated once
		n, v := g.fresh(), g.fresh()
		g.add("local ", n, " = ", g.pick("3", `"3"`, "2"))
		g.add("for ", v, " = 1, ", n, g.pick("", ", 1", `, "1"`), " do ", n, " = ", g.pick("1", "0", "nil", n+" + 1"), " observe(", v, ", ", n, ") end")
		g.declare(n, anything)
	case 3:
		v := g.fresh()
		g.add("for ", v, " = ", v, " or 1, ", g.pick("2", "#'abc'", "#{1, 2}", "math.min(2, 5)", "-(-2)", "G % 3", "(select('#', 1, 2))"), " do observe(", v, ") end")
	case 4:
		g.numericFault()
	default:
		g.counted()
	}
}

func (g *generator) numericTexts() {
	a, b, v := g.fresh(), g.fresh(), g.fresh()
	g.add("local ", a, ", ", b, " = ", g.pick(`("1-3"):match("(%d)-(%d)")`, `"1", "2"`, `"0x1", " 3 "`, `1, "2"`, `"010", 12`, `"1e0", "2.5"`))
	g.declare(a, anything).fixed = true
	g.declare(b, anything).fixed = true
	bounds := g.pick(a+", "+b, b+", "+a+", -1", a+", "+b+", '1'", a+", 3", "1, "+b, b+", "+a+", '-1'", a+" + 0, "+b, a+" or 1, "+b+" or 2")
	g.add("for ", v, " = ", bounds, " do observe(", v, ", type(", v, ")) end")
}

// numericFault has a bound that is no number.
func (g *generator) numericFault() {
	bad := g.pick(`"x"`, "nil", "{}", "true", `""`, `"1x"`, "print9", "G9", `"0x"`)
	bounds := g.pick(bad+", 2", "1, "+bad, "1, 2, "+bad, bad+", "+bad, "1, "+bad+", "+bad)
	g.add("observe(pcall(function()\nfor ", g.fresh(), " = ", bounds, " do observe(1) end end))")
}

// breaks leaves loops and blocks whose variables closures keep.
func (g *generator) breaks() {
	fs, v := g.fresh(), g.fresh()
	g.add("local ", fs, " = {}")
	g.declare(fs, anything).fixed = true
	capture := func(name string) {
		g.add(fs, "[#", fs, " + 1] = function(x) ", g.pick("", name+" = x or "+name+" ", name+" = {"+name+"} "), "return ", name, " end")
	}
	body := func() {
		w := g.fresh()
		g.add("local ", w, " = ", g.value(anything, 2))
		g.declare(w, anything)
		capture(w)
		switch g.IntN(5) {
		case 0:
			g.add("do ", g.inside(func() {
				x := g.fresh()
				g.add("local ", x, " = ", g.literal(whole))
				capture(x)
				g.leaveNow()
			}), "end")
		case 1:
			g.add("if ", g.condition(2), " then", g.inside(func() { g.add("local z9 = 1"); capture("z9"); g.add("break") }), "end")
		case 2:
			g.some()
			g.leaveNow()
		case 3:
			g.add("repeat ", g.inside(func() {
				g.add("local ", w, " = ", g.literal(whole))
				capture(w)
			}), "until ", w, " ~= ", fs)
		default:
			g.add(w, " = ", g.value(anything, 1))
		}
	}
	n := g.fuel(3)
	switch g.IntN(5) {
	case 0:
		g.add("for ", v, " = 1, 3 do", g.loop(3, func() { g.declare(v, anything); capture(v); body() }), "end")
	case 1:
		g.add("for ", v, ", ", g.declare(g.fresh(), anything).name, " in ", g.pick("ipairs{4, 5}", "next, {4, 5}"), " do", g.loop(2, func() { g.declare(v, anything); capture(v); body() }), "end")
	case 2:
		g.add("while ", n, " > 0 do", g.loop(3, func() { keep(g.add(n, " = ", n, " - 1")); body() }), "end")
	case 3:
		g.add("repeat ", g.loop(3, func() { keep(g.add(n, " = ", n, " - 1")); body() }), "until ", n, " <= 0")
	default:
		g.add("while true do", g.loop(1, func() { body(); keep(g.add("break")) }), "end")
	}
	g.recall(fs)
}

func (g *generator) leaveNow() {
	if g.frame.loops > 0 {
		g.add("if ", g.condition(1), " then break end")
	}
}

// recall calls the functions that were kept, while other variables come and go.
func (g *generator) recall(fs string) {
	a, b := g.fresh(), g.fresh()
	g.add("local ", a, ", ", b, " = ", g.pick(`"A", "B"`, "77, 88"))
	g.add("for i = 1, #", fs, " do observe(", fs, "[i](), ", fs, "[i](", g.pick("", "i", "nil"), "), ", fs, "[i]()) end")
	g.declare(a, anything)
	g.declare(b, anything)
}
