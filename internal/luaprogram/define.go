package luaprogram

// define writes a function of any sort and lets it be called.
func (g *generator) define() {
	if g.frame.locals > maxLocals || g.frame.outer != nil && g.frame.outer.outer != nil {
		g.observe()
		return
	}
	sig := &signature{vararg: g.one(3), gives: []kind{g.oneOf(whole, whole, anything, anything, text, truth, number)}}
	for n := g.IntN(4); n > 0; n-- {
		sig.takes = append(sig.takes, g.oneOf(whole, anything, text, items, record))
	}
	for g.one(3) {
		sig.gives = append(sig.gives, g.oneOf(whole, anything, text))
	}
	switch g.IntN(6) {
	case 0:
		g.defineField(sig)
	case 1: // as a value, which does not see its own name
		name := g.named()
		fn := g.functionOf(sig, nil)
		g.declareRoutine(name, sig)
		g.add("local ", name, " = ", fn)
	case 2: // into a global
		name := g.pick("F1", "F2", "F3")
		fn := g.functionOf(sig, nil)
		g.add("function ", name, tail(fn))
		g.scope = append(g.scope, &variable{name: name, kind: routine, sig: sig, fixed: true})
	default:
		name := g.fresh()
		fn := g.functionOf(sig, nil)
		g.declareRoutine(name, sig)
		g.add("local function ", name, tail(fn))
	}
}

func (g *generator) declareRoutine(name string, sig *signature) {
	v := g.declare(name, routine)
	v.sig, v.fixed = sig, true
}

// tail is a function without its first word.
func tail(fn *Node) *Node {
	return &Node{Kind: Piece, Parts: fn.Parts[1:]}
}

// functionOf is a function expression.
func (g *generator) functionOf(sig *signature, before func()) *Node {
	params := list()
	var vars []string
	for range sig.takes {
		vars = append(vars, g.fresh())
		params.Parts = append(params.Parts, atom(vars[len(vars)-1]))
	}
	if sig.vararg {
		params.Parts = append(params.Parts, atom("..."))
	}
	b, cost := g.function(&frame{vararg: sig.vararg, gives: sig.gives}, func() {
		for i, k := range sig.takes {
			g.declare(vars[i], k)
		}
		if before != nil {
			before()
		}
		g.some()
		g.some()
		g.giveBack()
	})
	sig.cost = cost
	return expr("function", "(", params, ")", b, "end")
}

// defineField writes function a.b() or a:b().
func (g *generator) defineField(sig *signature) {
	v := g.ofKind(record)
	if v == nil {
		g.observe()
		return
	}
	field, colon := g.pick("f", "g", "h"), g.one(2)
	fn := g.functionOf(sig, func() {
		if colon {
			g.add("local ", g.declare(g.fresh(), anything).name, " = self.v")
		}
	})
	path := v.name + "." + field
	if colon {
		g.add("function ", v.name, ":", field, tail(fn))
		g.add("observe(", v.name, ":", field, "(", g.arguments(sig, 2), "))")
		return
	}
	if g.one(3) {
		g.add(v.name, ".in1 = ", atom("{in2 = {}}"))
		path = v.name + ".in1.in2." + field
	}
	g.add("function ", path, tail(fn))
	g.add("observe(", path, "(", g.arguments(sig, 2), "))")
}
