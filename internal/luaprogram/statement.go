package luaprogram

// statement writes one statement of the general language.
func (g *generator) statement() {
	if g.left <= 0 {
		g.observe()
		return
	}
	switch g.IntN(24) {
	case 0, 1, 2, 3:
		g.local()
	case 4, 5, 6, 7:
		g.assign()
	case 8, 9:
		g.several()
	case 10, 11:
		g.ifs()
	case 12:
		g.add("do ", g.inside(g.some), "end")
	case 13, 14:
		g.loops()
	case 15:
		g.define()
	case 16:
		g.leave()
	case 17, 18:
		g.snippet()
	case 19:
		g.append()
	case 20:
		g.perform()
	default:
		g.observe()
	}
}

// some writes a few statements.
func (g *generator) some() {
	for n := g.IntN(4); n > 0; n-- {
		g.statement()
	}
}

// snippet writes what another class aims at.
func (g *generator) snippet() {
	all := classes()
	all[g.IntN(len(all))].write(g)
}

func (g *generator) observe() {
	g.add("observe(", g.openEnd(1+g.IntN(3), 2), ")")
}

// local declares one to three variables. What is declared is not visible in its own value.
func (g *generator) local() {
	if g.frame.locals > maxLocals {
		g.observe()
		return
	}
	if g.one(3) {
		g.localLoosely()
		return
	}
	var kinds []kind
	values := list()
	for n := 1 + g.IntN(3)*g.IntN(2); n > 0; n-- {
		k := g.oneOf(whole, whole, anything, anything, text, number, truth, items, record, sparse)
		kinds = append(kinds, k)
		values.Parts = append(values.Parts, g.value(k, 3))
	}
	if g.one(10) {
		values.Parts = append(values.Parts, g.open(2))
	}
	all := list()
	for _, k := range kinds {
		name := g.named()
		g.declare(name, k)
		all.Parts = append(all.Parts, atom(name))
	}
	g.add("local ", all, " = ", values)
}

// localLoosely declares variables of any kind with more or fewer values.
func (g *generator) localLoosely() {
	n := 1 + g.IntN(4)
	values := g.openEnd(g.IntN(n+2), 3)
	all := list()
	for range n {
		name := g.named()
		g.declare(name, anything)
		all.Parts = append(all.Parts, atom(name))
	}
	if len(values.Parts) == 0 {
		g.add("local ", all)
		return
	}
	g.add("local ", all, " = ", values)
}

// target is what can be assigned, and may be read before.
func (g *generator) target(k kind) *Node {
	switch {
	case k == whole && g.one(2):
		if n := g.wholeTarget(); n != nil {
			return n
		}
	case k == text && g.one(3):
		if v := g.ofKind(record); v != nil {
			return atom(v.name, g.pick(".s", "['s']"))
		}
	case k == anything && g.one(3):
		if v := g.ofKind(record); v != nil {
			return atom(v.name, g.pick(".v", ".v", ".w", "[1]", "[true]"))
		}
	}
	if v := g.assignable(k); v != nil {
		return atom(v.name)
	}
	return nil
}

func (g *generator) wholeTarget() *Node {
	switch g.IntN(4) {
	case 0:
		if v := g.ofKind(items); v != nil {
			return atom(v.name, "[", g.pick("1", "2", "#"+v.name), "]")
		}
	case 1:
		if v := g.ofKind(record); v != nil {
			return atom(v.name, ".n")
		}
	default:
		if v := g.ofKind(sparse); v != nil {
			return atom(v.name, "[", g.leaf(whole), "]")
		}
	}
	return nil
}

func (g *generator) assign() {
	k := g.oneOf(whole, whole, anything, anything, anything, text, number, truth, items, record, sparse)
	if to := g.target(k); to != nil {
		g.add(to, " = ", g.value(k, 3))
		return
	}
	g.local()
}

// append lengthens a list, in one of the ways to do it.
func (g *generator) append() {
	v := g.ofKind(items)
	if v == nil || g.frame.times > 200 {
		g.observe()
		return
	}
	if g.one(2) {
		g.add(v.name, "[#", v.name, " + 1] = ", g.value(whole, 2))
		return
	}
	// one value: two would be a place and a value, and the engine takes no place below 1
	g.add("table.insert(", v.name, g.pick(", (", ", (", ", 1, ("), g.value(whole, 2), "))")
}

// perform calls a function as a statement.
func (g *generator) perform() {
	v := g.choose(g.visible(func(v *variable) bool { return v.kind == routine && g.affords(v.sig) }))
	if v == nil {
		g.define()
		return
	}
	e := g.callOf(v, 2)
	e.Kind = Piece // a mere value is no statement
	g.add(e)
}

func (g *generator) ifs() {
	st := g.add()
	g.extend(st, "if ", g.condition(3), " then", g.inside(g.some))
	for g.one(3) && g.left > 0 {
		part := join(Opt, "elseif ", g.condition(2), " then", g.inside(g.some))
		st.Parts = append(st.Parts, part)
	}
	if g.one(2) {
		st.Parts = append(st.Parts, join(Opt, "else", g.inside(g.some)))
	}
	g.extend(st, "end")
}

func (g *generator) extend(st *Node, parts ...any) {
	st.Parts = append(st.Parts, join(st.Kind, parts...).Parts...)
}

// leave ends a loop or the function, where it may: last in a block.
func (g *generator) leave() {
	if g.frame.loops > 0 && g.one(2) {
		if g.one(4) {
			g.add("do break end")
			return
		}
		g.add("if ", g.condition(2), " then", g.inside(func() { g.some(); g.add("break") }), "end")
		return
	}
	if g.frame.outer == nil && !g.one(6) {
		g.observe()
		return
	}
	g.add("if ", g.condition(2), " then", g.inside(func() { g.some(); g.giveBack() }), "end")
}

// giveBack returns from the function what it must.
func (g *generator) giveBack() {
	if g.frame.gives == nil {
		if g.one(4) {
			g.add("return")
			return
		}
		g.add("return ", g.openEnd(1+g.IntN(3), 2))
		return
	}
	values := list()
	for _, k := range g.frame.gives {
		values.Parts = append(values.Parts, g.value(k, 2))
	}
	if g.one(4) {
		values.Parts = append(values.Parts, g.open(1))
	}
	g.add("return ", values)
}
