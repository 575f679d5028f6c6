package luaprogram

// logic puts and, or and not into every place where a value may stand.
func (g *generator) logic() {
	switch g.IntN(12) {
	case 0, 1, 2, 3:
		g.logicIntoItself()
	case 4:
		g.add("local ", g.declareAfter(g.anything(4)))
	case 5:
		g.add("observe(", list(g.anything(3), g.anything(4), g.truth(3)), ")")
	case 6:
		g.add("observe({", list(g.anything(3), g.anything(3)), ", x = ", g.anything(3), ", [", operand(g.anything(2)), " or 1] = ", g.anything(2), "})")
	case 7:
		g.add("observe((function(...) return ", list(g.anything(3), g.anything(3)), " end)(", g.openEnd(1, 2), "))")
	case 8:
		g.add("if ", g.anything(4), " then observe(", g.literal(whole), ") else observe(", g.literal(text), ") end")
	case 9:
		if v := g.ofKind(sparse); v != nil {
			g.add(v.name, "[", operand(g.anything(2)), " and 1 or 2] = ", operand(g.condition(2)), " and 3 or ", g.leaf(whole))
			return
		}
	case 10:
		if v := g.ofKind(record); v != nil {
			g.add(v.name, ".v = ", g.anything(3))
			return
		}
	}
	g.logicIntoItself()
}

// declareAfter is a new variable and its value.
func (g *generator) declareAfter(value *Node) *Node {
	name := g.named()
	g.declare(name, anything)
	return join(Piece, name, " = ", value)
}

// logicIntoItself assigns a variable that its value may use.
func (g *generator) logicIntoItself() {
	v := g.assignable(anything)
	if v == nil {
		g.local()
		return
	}
	x := v.name
	a := func() *Node { return operand(g.value(anything, 1+g.IntN(2))) }
	switch g.IntN(14) {
	case 0:
		g.add(x, " = not ", a(), " and ", a())
	case 1:
		g.add(x, " = ", a(), " and ", x)
	case 2:
		g.add(x, " = ", x, " and ", a())
	case 3:
		g.add(x, " = ", x, " or ", a(), " and ", x)
	case 4:
		g.add(x, " = (", a(), " or ", a(), ") and ", x)
	case 5:
		g.add(x, " = not (", operand(g.truth(1)), g.pick(" and ", " or "), a(), g.pick(" and ", " or "), x, ")")
	case 6:
		g.add(x, " = not ", x, g.pick(" and ", " or "), "not ", a())
	case 7:
		g.add(x, " = ", operand(g.truth(2)), " and ", operand(g.truth(2)), " and ", a())
	case 8:
		g.add(x, " = ", g.pick("true", "false", "nil", "1"), g.pick(" and ", " or "), a())
	case 9:
		g.add(x, " = ", a(), g.pick(" and ", " or "), g.pick("true", "false", "nil"))
	case 10:
		g.add(x, " = (", a(), " and ", a(), ") == (", x, " or ", a(), ")")
	case 11:
		g.add(x, " = ", g.compared(1), g.pick(" and ", " or "), g.compared(1), g.pick(" and ", " or "), x)
	case 12:
		g.add(x, ", I = ", list(g.anything(2), expr(x, g.pick(" and ", " or "), a())))
	default:
		g.add(x, " = ", g.anything(4))
	}
	if g.one(2) {
		g.add("observe(", x, ")")
	}
}

func (g *generator) compared(d int) *Node {
	return expr(operand(g.value(whole, d)), g.compare(), operand(g.value(whole, d)))
}

// loopHead puts constants and jumps where a loop or a block begins.
func (g *generator) loopHead() {
	n := g.fresh()
	g.add("local ", n, " = 0")
	g.declare(n, whole).fixed = true
	body := func() {
		for range 1 + g.IntN(2) {
			g.head()
		}
		g.add(n, " = ", n, " + 1")
		if g.one(3) {
			g.head()
		}
		if g.one(5) {
			g.some()
		}
	}
	switch g.IntN(8) {
	case 0:
		g.add("for ", g.fresh(), " = 1, 3 do", g.loop(3, body), "end")
	case 1, 2:
		g.add("for ", g.fresh(), ", ", g.fresh(), " in ipairs({1, 2, 3}) do", g.loop(3, body), "end")
	case 3:
		g.add("while ", n, g.pick(" < 3", " < 2 and true", " < 1 or nil"), " do", g.loop(3, body), "end")
	case 4:
		g.add("repeat ", g.loop(3, body), "until ", n, " > ", g.pick("2", "0", "1 or false", "1 and true"))
	case 5:
		g.add("while ", g.pick("true", "1", "not nil", "true or false"), " do", g.loop(3, func() {
			body()
			keep(g.add("if ", n, " >= ", g.pick("1", "3"), " then break end"))
		}), "end")
	case 6:
		g.add("for ", g.fresh(), " in next, {", list(g.leaf(whole), g.leaf(whole)), "} do", g.loop(3, body), "end")
	default:
		g.add(g.pick("while false do", "while nil do", "if false then", "if true then", "if nil or false then", "do", "if not nil then", "for q9 = 1, 0 do"), g.inside(body), "end")
	}
	g.add("observe(", n, ")")
}

// head is a statement that jumps, or might.
func (g *generator) head() {
	short := func() *Node { return g.inside(func() { g.observe() }) }
	switch g.IntN(14) {
	case 0, 1:
		g.add("if ", g.pick("false", "nil", "false and G", "not true", "nil or false"), " then", short(), "end")
	case 2:
		g.add("if ", g.pick("false", "nil"), " then", short(), "else", short(), "end")
	case 3:
		g.add("if ", g.pick("true", "1", "not nil", "true or G", "G or true"), " then", short(), g.pick("end", "else G = 1 end"))
	case 4:
		g.add("while ", g.pick("false", "nil", "false and true"), " do", short(), "end")
	case 5:
		g.add("repeat ", short(), "until ", g.pick("true", "1", "not false"))
	case 6:
		g.add("local ", g.declareAfter(g.anything(2)))
	case 7:
		if v := g.assignable(anything); v != nil {
			g.add(v.name, " = ", g.pick("true or ", "false and ", "nil or ", "1 and ", "not true or "), operand(g.leaf(anything)))
			return
		}
	case 8:
		g.add("while true do", g.inside(func() { g.observe(); keep(g.add("break")) }), "end")
	case 9:
		g.add("do end")
		return
	case 10:
		g.add("if false then elseif ", g.condition(1), " then", short(), "end")
	case 11:
		g.add("for ", g.fresh(), " = ", g.pick("1, 0", "1, 1"), " do", short(), "end")
	case 12:
		g.add("observe(", g.anything(2), ")")
	default:
		g.logicIntoItself()
	}
}
