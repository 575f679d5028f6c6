package luaprogram

// coroutine writes coroutines that are resumed with fewer and more values than they wait for.
func (g *generator) coroutine() {
	co := g.fresh()
	wrapped := g.one(2)
	body := g.called(&frame{vararg: true}, func() {
		for n := 1 + g.IntN(3); n > 0; n-- {
			g.yield()
		}
		if g.one(4) {
			g.add(g.pick("error('inside')", "error({1})", "local r9 = nil + 1", "error()"))
		}
		if g.one(2) {
			g.add("return ", g.openEnd(1, 1))
		}
	})
	create := g.pick("create", "create")
	if wrapped {
		create = "wrap"
	}
	g.add("local ", co, " = coroutine.", create, "(function(", g.pick("...", "p9, ..."), ")", body, "end)")
	g.declare(co, anything).fixed = true
	for n := 2 + g.IntN(4); n > 0; n-- {
		g.resume(co, wrapped)
	}
	if !wrapped {
		g.add("observe(coroutine.status(", co, "))")
	}
}

func (g *generator) resume(co string, wrapped bool) {
	args := list()
	for n := g.IntN(4); n > 0; n-- {
		args.Parts = append(args.Parts, g.leaf(anything))
	}
	if g.one(5) {
		args.Parts = append(args.Parts, g.open(1))
	}
	if !wrapped {
		resume := join(Piece, "coroutine.resume(", join(List, append([]any{atom(co)}, anys(args.Parts)...)...), ")")
		switch g.IntN(4) {
		case 0:
			g.add("observe((", resume, "), coroutine.status(", co, "))")
		case 1:
			a, b := g.fresh(), g.fresh()
			g.add("local ", a, ", ", b, " = ", resume)
			g.declare(a, anything)
			g.declare(b, anything)
		default:
			g.add("observe(", resume, ")")
		}
		return
	}
	switch g.IntN(4) {
	case 0:
		args = g.sealing(func() *Node { return list(g.leaf(anything), g.leaf(whole)) })
		g.add("observe(pcall(function() local x9, y9 = ", co, "(", args, ") return y9, x9 end))")
	case 1:
		g.add("observe(pcall(function(...) return {", co, "(", args, ")}, ... end, 1))")
	default:
		g.add("observe(pcall(", join(List, append([]any{atom(co)}, anys(args.Parts)...)...), "))")
	}
}

func anys(nodes []*Node) []any {
	var all []any
	for _, n := range nodes {
		all = append(all, n)
	}
	return all
}

// yield waits for values, in every place where a call may stand.
func (g *generator) yield() {
	y := func() *Node { return atom("coroutine.yield(", g.openEnd(g.IntN(3), 1), ")") }
	switch g.IntN(14) {
	case 0:
		g.add("local ", g.declareAfter(y()))
	case 1:
		a, b, c := g.fresh(), g.fresh(), g.fresh()
		g.add("local ", a, ", ", b, ", ", c, " = ", g.oneNode(y(), list(g.leaf(anything), y()), list(y(), g.leaf(anything))))
		g.declare(a, anything)
		g.declare(b, anything)
		g.declare(c, anything)
	case 2:
		g.add("observe(", g.oneNode(y(), list(y(), g.leaf(anything)), list(y(), y()), expr("(", y(), ")")), ")")
	case 3:
		g.add("for i = 1, 3 do", g.loop(3, func() {
			if g.one(2) {
				g.head()
			}
			g.add("observe(i, ", y(), ")")
		}), "end")
	case 4:
		e := y()
		e.Kind = Piece
		g.add(e)
	case 5:
		if v := g.assignable(anything); v != nil {
			g.add(v.name, g.pick("", ", I"), " = ", y())
			return
		}
	case 6:
		g.add("observe({", list(y(), g.leaf(anything)), g.pick("", ", n = 1"), "}, {", y(), "})")
	case 7:
		g.add("if ", y(), " then observe(1) else observe(2) end")
	case 8:
		g.add("observe(", y(), g.pick(" == ", " ~= ", " and ", " or "), y(), ")")
	case 9:
		g.add("(function(...) observe(...) coroutine.yield(...) end)(", y(), ")")
	case 10:
		g.add("for k, v in next, {", y(), " or 1, 2} do observe(k, ", y(), ") end")
	case 11:
		g.add("I, J = ", y(), ", ", y())
	case 12:
		g.add("do local t9 = {} t9.x, t9[", y(), " or 1] = ", y(), ", ", y(), " observe(t9) end")
	default:
		g.add("while ", y(), " do", g.loop(3, func() { g.add("observe('again')"); keep(g.add("break")) }), "end")
	}
}
