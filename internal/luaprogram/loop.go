package luaprogram

// loops writes a loop of any sort.
func (g *generator) loops() {
	if g.frame.times > 60 || g.frame.loops > 3 {
		g.observe()
		return
	}
	switch g.IntN(6) {
	case 0:
		g.while()
	case 1:
		g.repeats()
	case 2, 3:
		g.counted()
	default:
		g.generic()
	}
}

// fuel declares a counter that bounds a loop.
func (g *generator) fuel(n int) string {
	v := g.declare(g.fresh(), routine)
	v.fixed, v.sig = true, &signature{cost: maxCost} // a number, but not to be touched
	g.add("local ", v.name, " = ", itoa(n))
	return v.name
}

func (g *generator) while() {
	n := 1 + g.IntN(5)
	f := g.fuel(n)
	cond := expr(f, " > 0")
	switch g.IntN(4) {
	case 0:
		cond = expr(f, " > 0 and ", operand(g.condition(2)))
	case 1:
		cond = expr(operand(g.condition(2)), " and ", f, " > 0")
	case 2:
		g.add("while true do", g.loop(n, func() {
			keep(g.add("if ", f, " <= 0 then break end"))
			keep(g.add(f, " = ", f, " - 1"))
			g.some()
		}), "end")
		return
	}
	g.add("while ", cond, " do", g.loop(n, func() {
		if g.one(3) {
			g.some() // before the counter, so that a jump may stand at the head
		}
		st := keep(g.add(f, " = ", f, " - 1"))
		if g.one(2) { // the counter first
			b := g.body.Parts
			copy(b[1:], b[:len(b)-1])
			b[0] = st
		}
		g.some()
	}), "end")
}

// repeats writes a loop whose condition sees the locals of its body.
func (g *generator) repeats() {
	n := 1 + g.IntN(5)
	f := g.fuel(n)
	var cond *Node
	b := g.loop(n, func() {
		keep(g.add(f, " = ", f, " - 1"))
		g.some()
		if g.one(2) {
			name := g.named()
			value := g.value(anything, 2)
			g.declare(name, anything)
			g.add("local ", name, " = ", value)
		}
		cond = expr(f, " <= 0 or ", operand(g.condition(2)))
		if g.one(3) {
			cond = expr(f, " <= 0")
		}
	})
	g.add("repeat", b, "until ", cond)
}

// counted writes a numeric for.
func (g *generator) counted() {
	bounds, times := g.bounds()
	name := g.named()
	b := g.loop(times, func() {
		g.declare(name, whole)
		g.some()
	})
	g.add("for ", name, " = ", bounds, " do", b, "end")
}

// bounds are those of a numeric for, as numbers, expressions or texts, and how often it runs at most.
func (g *generator) bounds() (*Node, int) {
	v := g.ofKind(whole)
	switch g.IntN(10) {
	case 0:
		return list(atom("3"), atom("1"), atom("-1")), 3
	case 1:
		return list(atom(g.pick("1", `"1"`, "'01'")), atom(g.pick(`"3"`, `" 3 "`, `"0x3"`))), 3
	case 2:
		return list(atom("1"), atom("2"), atom(g.pick("0.5", "0.25", `"1"`, "1", `"0.5"`))), 5
	case 3:
		return list(atom("5"), atom(g.pick("1", "-1", "6")), atom(g.pick("-2", "-3", `"-2"`))), 4
	case 4:
		if v != nil {
			return list(atom(v.name), expr(v.name, " + ", g.pick("2", "0", "-1", "3"))), 4
		}
	case 5:
		if v := g.ofKind(items); v != nil && g.frame.times < 20 {
			return list(atom(g.pick("1", "2")), expr("math.min(#", v.name, ", 4)")), 4
		}
	case 6:
		return list(atom("1"), expr(operand(g.value(whole, 2)), " % 4")), 4
	case 7:
		return list(expr(operand(g.value(whole, 2)), " % 3"), atom(g.pick("2", "3"))), 4
	case 8:
		return list(atom("1"), expr(operand(g.condition(2)), " and 2 or 3")), 3
	}
	return list(atom(g.pick("1", "0", "-1")), atom(g.pick("2", "3", "0", "1"))), 5
}

// generic writes a generic for over what always comes in the same order.
func (g *generator) generic() {
	var values *Node
	switch g.IntN(9) {
	case 0:
		values = list(atom("ipairs(", g.value(items, 1), ")"))
	case 1:
		values = list(atom("pairs(", g.itemList(), ")"))
	case 2:
		values = list(atom("next"), g.itemList())
	case 3:
		values = list(atom("next"), g.itemList(), atom("nil"))
	case 4:
		values = list(atom(`("a1b2"):gmatch(`, g.pick(`"%a"`, `"(%a)(%d)"`, `"%d"`), ")"))
	case 5:
		values = list(expr("(function(n) return function(", g.pick("", "...", "s, i"), ") n = n - 1 if n >= 0 then return n, ", g.sealed(anything), " end end end)(", g.pick("2", "3"), ")"))
	case 6:
		values = list(expr("function(s, i) i = (i or 0) + 1 if i <= 3 then return i, s end end"), g.leaf(anything))
	case 7:
		values = list(expr("(function() return next, ", g.sealing(g.itemList), g.pick("", ", nil", ", nil, 1"), " end)()"))
	default:
		values = list(expr("function(s, i) if i < s then return i + 1, i * 2 end end"), atom(g.pick("2", "3")), atom(g.pick("0", "1")))
	}
	g.genericOver(values, 4)
}

func (g *generator) genericOver(values *Node, times int) {
	all := list()
	var vars []string
	for n := 1 + g.IntN(3); n > 0; n-- {
		name := g.fresh()
		vars = append(vars, name)
		all.Parts = append(all.Parts, atom(name))
	}
	b := g.loop(times, func() {
		for _, name := range vars {
			g.declare(name, anything)
		}
		if g.one(3) {
			g.add("observe(", names(vars...), ")")
		}
		g.some()
	})
	g.add("for ", all, " in ", values, " do", b, "end")
}
