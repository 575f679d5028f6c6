package luaprogram

// several writes an assignment to several targets that are in each other's way.
func (g *generator) several() {
	switch g.IntN(8) {
	case 0:
		g.severalIndexed()
	case 1:
		g.severalFields()
	case 2:
		g.severalUpvalues()
	case 3:
		g.severalLoosely()
	default:
		g.permuted()
	}
}

// permuted assigns to targets of one kind what is made of them.
func (g *generator) permuted() {
	k := g.oneOf(whole, whole, anything, anything, text, items, record)
	targets, values := list(), list()
	for range 2 + g.IntN(3) {
		to := g.target(k)
		if to == nil {
			name := g.fresh()
			value := g.literal(k)
			g.declare(name, k)
			g.add("local ", name, " = ", value)
			to = atom(name)
		}
		targets.Parts = append(targets.Parts, to)
	}
	for range targets.Parts {
		values.Parts = append(values.Parts, g.permutedValue(k, targets))
	}
	if g.one(8) {
		values.Parts = append(values.Parts, g.open(1))
	}
	g.add(targets, " = ", values)
	if g.one(3) {
		g.add("observe(", targets.clone(), ")")
	}
}

func (g *generator) permutedValue(k kind, targets *Node) *Node {
	from := targets.Parts[g.IntN(len(targets.Parts))].clone()
	if g.one(4) || k == whole && len(from.Parts) > 1 { // a piece of a table may be nil
		return g.value(k, 2)
	}
	if g.one(3) {
		switch k {
		case whole:
			return expr(from, g.pick(" + 1", " - 2", " % 7"))
		case anything:
			return expr(g.pick("not ", "not not "), from)
		case text:
			if len(from.Parts) == 1 {
				return expr("(", from, ` .. "-"):sub(-9)`)
			}
		}
	}
	return from
}

func (g *generator) severalIndexed() {
	m, i := g.ofKind(sparse), g.assignable(whole)
	if m == nil || i == nil {
		g.permuted()
		return
	}
	t, n := m.name, i.name
	switch g.IntN(6) {
	case 0:
		g.add(t, "[", n, "], ", n, " = ", n, ", ", t, "[", n, "] or ", g.leaf(whole))
	case 1:
		g.add(n, ", ", t, "[", n, "] = ", n, " + 1, ", g.leaf(whole))
	case 2:
		g.add(t, "[", n, "], ", t, "[", n, " + 1], ", n, " = ", list(g.leaf(whole), g.value(whole, 1), g.leaf(whole)))
	case 3:
		g.add(t, "[1], ", t, "[2], ", t, "[3] = ", t, "[3], ", t, "[1], ", t, "[2]")
	case 4:
		g.add(t, "[", n, "], ", t, "[", n, "] = ", list(g.leaf(whole), g.leaf(whole)))
	default:
		g.add(n, ", ", n, ", ", t, "[", n, "] = ", list(g.leaf(whole), g.leaf(whole), g.leaf(whole)))
	}
	g.add("observe(", n, ", ", t, ")")
}

// severalFields replaces a table while its fields are assigned.
func (g *generator) severalFields() {
	r := g.assignable(record)
	if r == nil {
		g.permuted()
		return
	}
	t, old := r.name, g.fresh()
	g.declare(old, record)
	g.add("local ", old, " = ", t)
	fresh := g.literal(record)
	targets, values := list(atom(t), atom(t, ".n")), list(fresh, g.value(whole, 2))
	switch g.IntN(5) {
	case 0:
		targets, values = list(atom(t, ".n"), atom(t)), list(g.value(whole, 2), fresh)
	case 1:
		targets.Parts, values.Parts = append(targets.Parts, atom(t, ".v")), append(values.Parts, g.value(anything, 2))
	case 2:
		targets, values = list(atom(t, ".v"), atom(t, ".n"), atom(t)), list(g.value(anything, 2), atom(t, ".n"), fresh)
	case 3:
		values.Parts = append(values.Parts, g.open(1))
	}
	g.add(targets, " = ", values)
	g.add("observe(", t, ", ", old, ")")
}

// severalUpvalues assigns variables of the function around, and others.
func (g *generator) severalUpvalues() {
	name := g.fresh()
	b := g.called(&frame{}, func() {
		inner := g.fresh()
		value := g.literal(whole)
		g.declare(inner, whole)
		g.add("local ", inner, " = ", value)
		for range 1 + g.IntN(3) {
			g.permuted()
		}
	})
	g.add("local function ", name, "()", b, "end")
	g.add(name, "()")
	g.declare(name, anything)
}

// severalLoosely has more or fewer values than targets, and values out of calls.
func (g *generator) severalLoosely() {
	targets := list()
	for range 1 + g.IntN(4) {
		if to := g.target(anything); to != nil {
			targets.Parts = append(targets.Parts, to)
		} else {
			targets.Parts = append(targets.Parts, atom(g.pick("I", "J", "K")))
		}
	}
	if g.one(3) { // the same one twice
		targets.Parts = append(targets.Parts, targets.Parts[0].clone())
	}
	values := g.openEnd(1+g.IntN(len(targets.Parts)), 3)
	g.add(targets, " = ", values)
	g.add("observe(", targets.clone(), ")")
}

// order writes statements whose parts change what other parts read.
func (g *generator) order() {
	switch g.IntN(9) {
	case 0, 1:
		g.orderOfAppending()
	case 2, 3:
		g.orderOfReplacing()
	case 4:
		g.orderOfOperands()
	case 5:
		g.orderOfArguments()
	default:
		g.orderOfTrace()
	}
}

func (g *generator) orderOfAppending() {
	t, f := g.fresh(), g.fresh()
	g.add("local ", t, " = ", g.itemList())
	g.declare(t, items)
	g.add("local function ", f, "(x) ", t, "[#", t, " + 1] = ", g.pick("x", "99", "#"+t), " return ", g.pick("#"+t, "x"), " end")
	g.declare(f, anything).fixed = true
	switch g.IntN(5) {
	case 0:
		g.add(t, "[#", t, " + 1] = ", f, "(1)")
	case 1:
		g.add(t, "[#", t, "], ", t, "[1] = ", f, "(1), ", f, "(2)")
	case 2:
		g.add(t, "[#", t, " + 1] = #", t, " + ", f, "(5)")
	case 3:
		g.add(t, "[", f, "(1)], ", t, "[", f, "(2)] = ", f, "(3), ", f, "(4)")
	default:
		g.add(t, "[#", t, " + 1], ", t, "[#", t, " - ", f, "(1) % 2] = ", f, "(8), #", t)
	}
	if g.one(2) {
		g.add("observe(#", t, " + ", f, "(1), #", t, ", ", f, "(2), #", t, " .. ", f, "(3) .. #", t, ")")
	}
	g.add("observe(", t, ")")
}

// orderOfReplacing lets a call replace the table, or the key, that is assigned into.
func (g *generator) orderOfReplacing() {
	t, k, f, old := g.fresh(), g.fresh(), g.fresh(), g.fresh()
	word := g.pick("local ", "local ", "")
	if word == "" {
		t, k = "T1", "K1"
	}
	g.add(word, t, ", ", k, " = {x = 1}, ", g.pick(`"x"`, "1"))
	g.add("local ", old, " = ", t)
	g.add("local function ", f, "() ", t, ", ", k, " = {y = 2}, ", g.pick(`"z"`, "7"), " return ", g.sealed(anything), " end")
	switch g.IntN(7) {
	case 0:
		g.add(t, ".x = ", f, "()")
	case 1:
		g.add(t, "[", k, "] = ", f, "()")
	case 2:
		g.add(t, ".x, ", t, ".y = ", list(expr(f, "()"), g.leaf(anything)))
	case 3:
		g.add(k, " = ", t, "[", k, "] or ", f, "()")
	case 4:
		g.add(t, "[", k, "], ", k, " = ", f, "(), ", g.leaf(anything))
	case 5:
		g.add(t, ".sub = {v = ", f, "(), w = ", t, ".y, ", k, "}")
	default:
		g.add(t, ".x = {", t, ".x, ", f, "(), ", t, ".y}")
	}
	g.add("observe(", old, ", ", t, ", ", k, ")")
	for _, name := range []string{t, k, f, old} {
		if word != "" {
			g.declare(name, anything).fixed = true
		}
	}
}

// orderOfOperands lets a call change a variable that stands beside it.
func (g *generator) orderOfOperands() {
	v, f := g.fresh(), g.fresh()
	g.add("local ", v, " = ", g.pick("1", "2", "3"))
	g.add("local function ", f, "(x) ", v, " = ", v, " + (x or 5) return ", v, " end")
	e := g.pick("%s + f()", "f() + %s", "%s * 10 + f() * %s", "%s .. f() .. %s", "%s < f()", "%s == f(0)", "f() - %s - f()", "-%s + f()", "{%s, f(), %s}", "%s, f(), %s", "(%s) + f()", "f(%s) + f(%s)", "not %s == f()", "%s and f() or %s")
	g.add("observe(", fill(e, v, f), ")")
	if g.one(2) {
		g.add(v, " = ", fill(g.pick("%s + f()", "f() + %s", "%s - f() * %s", "f(%s)"), v, f))
	}
	g.declare(v, anything)
	g.declare(f, anything).fixed = true
}

func (g *generator) orderOfArguments() {
	v, f := g.fresh(), g.fresh()
	g.add("local ", v, " = ", g.leaf(whole))
	g.add("local function ", f, "(...) ", v, " = ", v, " + 1 return ", g.pick("...", v, v+", ...", "(...)"), " end")
	g.add("observe(", v, ", ", f, "(", v, ", ", f, "(", v, ")), ", v, ")")
	g.add("observe(", f, "(", f, "(1), ", f, "(2), ", f, "(3)))")
	g.declare(v, whole)
}

// orderOfTrace writes down in which order the parts of a statement are evaluated.
func (g *generator) orderOfTrace() {
	log, f, t := g.fresh(), g.fresh(), g.fresh()
	g.add("local ", log, ", ", t, " = {}, {}")
	g.add("local function ", f, "(x, y) ", log, "[#", log, " + 1] = x return ", g.pick("y", "x", "y or x"), " end")
	n := 0
	call := func() *Node {
		n++
		return atom(f, "(", itoa(n), ", ", g.pick("1", "2", "nil", "false", "3"), ")")
	}
	switch g.IntN(8) {
	case 0:
		g.add(t, "[", call(), " or 1], ", t, "[", call(), " or 2] = ", call(), ", ", call())
	case 1:
		g.add(t, ".a = {", call(), ", x = ", call(), ", ", call(), ", [", call(), " or 0] = ", call(), ", ", call(), "}")
	case 2:
		g.add(t, ".a = ", call(), " and ", call(), " or ", call())
	case 3:
		g.add(t, ".a = (", call(), " or 1) + (", call(), " or 1) * (", call(), " or 1) ^ (", call(), " or 1)")
	case 4:
		g.add(t, ".a = (", call(), " or 1) < (", call(), " or 1)")
		g.add(t, ".b = (", call(), " or 1) >= (", call(), " or 1)")
	case 5:
		g.add(t, ".a = not (", call(), " and ", call(), ") or ", call(), " == ", call())
	case 6:
		g.add("if ", call(), " and (", call(), " or ", call(), ") then ", t, ".a = ", call(), " else ", t, ".b = ", call(), " end")
	default:
		g.add("for ", g.fresh(), " = ", call(), " or 1, ", call(), " or 2, ", call(), " or 1 do ", call(), " end")
	}
	g.add("observe(", log, ", ", t, ")")
	g.declare(log, anything)
	g.declare(t, anything)
	g.declare(f, anything).fixed = true
}
