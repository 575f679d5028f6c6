package luaprogram

// class is one kind of program: what writes a member of it.
type class struct {
	name   string
	write  func(*generator)
	layout bool // always over odd lines
}

// classes are all kinds, the general language first.
func classes() []class {
	return []class{
		{"mixed", (*generator).mixed, false},
		{"several", (*generator).several, false},
		{"and or", (*generator).logic, false},
		{"generic for", (*generator).genericFor, false},
		{"loop heads", (*generator).loopHead, false},
		{"varargs", (*generator).varargs, false},
		{"break", (*generator).breaks, false},
		{"constructors", (*generator).constructor, false},
		{"self reference", (*generator).selfReference, false},
		{"coroutines", (*generator).coroutine, false},
		{"numerals", (*generator).numerals, false},
		{"numeric for", (*generator).numericFor, false},
		{"order", (*generator).order, false},
		{"errors", (*generator).fault, false},
		{"metatables", (*generator).metatable, false},
		{"closures", (*generator).closures, false},
		{"calls", (*generator).calls, false},
		{"returns", (*generator).returns, false},
		{"concat", (*generator).concat, false},
		{"layout", (*generator).mixed, true},
	}
}

func (g *generator) mixed() {
	for n := 1 + g.IntN(5); n > 0; n-- {
		g.statement()
	}
}

// around writes something in one of the places where it may stand.
func (g *generator) around(write func(*generator)) {
	body := func() { write(g) }
	switch g.IntN(12) {
	case 0:
		g.add("do ", g.inside(body), "end")
	case 1:
		g.add("for ", g.fresh(), " = 1, 2 do", g.loop(2, body), "end")
	case 2:
		g.add("for ", g.fresh(), " in ", g.pick("ipairs({1, 2})", "next, {7, 8}", "pairs{5}"), " do", g.loop(2, body), "end")
	case 3:
		g.add("repeat ", g.loop(1, body), "until true")
	case 4:
		g.add("observe(pcall(function()", g.called(&frame{}, body), "end))")
	case 5:
		g.add("observe(coroutine.wrap(function(...)", g.called(&frame{vararg: true}, body), "end)(", g.openEnd(g.IntN(3), 1), "))")
	case 6, 7:
		g.inFunction(body)
	default:
		write(g)
	}
}

// called is the block of a function that is called once, here.
func (g *generator) called(f *frame, body func()) *Node {
	b, cost := g.function(f, body)
	g.frame.cost += cost * g.frame.times
	return b
}

// inFunction writes a function with parameters, and its call.
func (g *generator) inFunction(body func()) {
	name, vararg := g.fresh(), g.one(2)
	params, args := list(), list()
	kinds := []kind{}
	var vars []string
	for range g.IntN(4) {
		k := g.oneOf(whole, anything, anything, text, record)
		vars, kinds = append(vars, g.fresh()), append(kinds, k)
		params.Parts = append(params.Parts, atom(vars[len(vars)-1]))
		args.Parts = append(args.Parts, g.value(k, 2))
	}
	if vararg {
		params.Parts = append(params.Parts, atom("..."))
		args.Parts = append(args.Parts, g.openEnd(g.IntN(4), 2).Parts...)
	}
	b := g.called(&frame{vararg: vararg}, func() {
		for i, k := range kinds {
			g.declare(vars[i], k)
		}
		body()
		if g.one(2) {
			g.giveBack()
		}
	})
	g.add("local function ", name, "(", params, ")", b, "end")
	g.declare(name, anything)
	g.add("observe(", name, "(", args, "))")
}
