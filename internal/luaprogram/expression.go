package luaprogram

import "strconv"

// value is an expression of a kind, with at most d expressions inside one another.
func (g *generator) value(k kind, d int) *Node {
	if d <= 0 {
		return g.leaf(k)
	}
	if g.one(9) {
		if e := g.call(k, d); e != nil {
			return e
		}
	}
	switch k {
	case whole:
		return g.whole(d)
	case number:
		return g.number(d)
	case text:
		return g.text(d)
	case truth:
		return g.truth(d)
	case items, record, sparse:
		return g.either(k, d)
	}
	return g.anything(d)
}

// leaf is a variable, a piece of one, or a literal.
func (g *generator) leaf(k kind) *Node {
	if g.one(3) {
		return g.literal(k)
	}
	if k == whole && g.one(3) {
		return g.piece()
	}
	if k == anything && g.one(3) {
		return g.leaf(kind(1 + g.IntN(4)))
	}
	if v := g.ofKind(k); v != nil {
		return atom(v.name)
	}
	return g.literal(k)
}

// sealed is a leaf in a function of its own, which has no varargs.
func (g *generator) sealed(k kind) *Node {
	return g.sealing(func() *Node { return g.leaf(k) })
}

func (g *generator) sealing(write func() *Node) *Node {
	vararg := g.frame.vararg
	g.frame.vararg = false
	n := write()
	g.frame.vararg = vararg
	return n
}

// piece is a small whole number out of a table.
func (g *generator) piece() *Node {
	switch g.IntN(6) {
	case 0, 1:
		if v := g.ofKind(items); v != nil {
			return atom(v.name, "[", g.pick("1", "2", "#"+v.name), "]")
		}
	case 2:
		if v := g.ofKind(record); v != nil {
			return atom(v.name, g.pick(".n", ".n", `["n"]`))
		}
	case 3:
		if v := g.ofKind(sparse); v != nil {
			return expr(v.name, "[", g.leaf(whole), "] or ", g.pick("0", "5"))
		}
	case 4:
		if v := g.ofKind(items); v != nil {
			return atom("#", v.name)
		}
	default:
		if g.frame.vararg {
			return atom(`select("#", ...)`)
		}
	}
	return g.literal(whole)
}

// numerals are ways to write small whole numbers.
func (g *generator) numeral() string {
	if g.one(10) {
		return g.pick("0x10", "0xff", "0XA", "1e1", "1E0", "3.0", "5.", ".5e1", "007", "0012", "00", "1e+1", "20e-1", "010")
	}
	return g.pick("0", "1", "2", "3", "4", "7", "10", "99")
}

// digits are ways to write small whole numbers as texts.
func (g *generator) digits() string {
	if g.one(2) {
		return g.pick(`"0"`, `"1"`, `"10"`, `"7"`)
	}
	return g.pick(`"010"`, `" 5 "`, `"0x10"`, `"1e1"`, `"007"`, `"\t3\n"`, `"5."`, `".5e1"`, `"0XfF"`, `"-2"`, `"2.0"`, `[[08]]`, `'09'`, `"-0x2"`)
}

func (g *generator) literal(k kind) *Node {
	switch k {
	case whole:
		if g.one(6) {
			return atom("(-", g.pick("1", "2", "3"), ")")
		}
		return atom(g.numeral())
	case number:
		return atom(g.pick("0.5", "1.25", "2", "100", "0.1", "1e10", "3", "1e-3", "(-1.5)", "7", "0x7fffffff", "1e300"))
	case text:
		return atom(g.quoted())
	case truth:
		return atom(g.pick("true", "false"))
	case items:
		return g.itemList()
	case record:
		return atom("{n = ", g.leaf(whole), ", s = ", g.leaf(text), ", v = ", g.leaf(anything), "}")
	case sparse:
		return atom("{[", g.pick("0", "1", "3", "(-1)"), "] = ", g.leaf(whole), ", [2] = ", g.leaf(whole), "}")
	}
	switch g.IntN(7) {
	case 0, 1:
		return atom("nil")
	case 2, 3:
		return atom(g.pick("true", "false"))
	case 4:
		return atom(g.pick("{}", "{1}", "{x = 1}"))
	}
	return g.literal(kind(1 + g.IntN(3)))
}

// quoted is a text in one of the ways to write it.
func (g *generator) quoted() string {
	return g.pick(`"x"`, `'y'`, `""`, `"abc"`, `[[long]]`, `[==[a]]b]==]`, `"\65\066"`, `"q\"q"`, `'it\'s'`, `"a\
b"`, `"\a\n\t\\"`, `"12"`, `"z\0z"`, "[[\nsecond]]", `"中"`, `"\0012"`, `'"'`, `"%d"`)
}

func (g *generator) itemList() *Node {
	all := list()
	for n := 2 + g.IntN(3); n > 0; n-- {
		all.Parts = append(all.Parts, g.leaf(whole))
	}
	return atom("{", keep(all), g.pick("", "", ",", ";"), "}")
}

func (g *generator) whole(d int) *Node {
	a := func() *Node { return operand(g.value(whole, d-1)) }
	switch g.IntN(14) {
	case 0, 1:
		return expr(a(), g.pick(" + ", " - "), g.numeral())
	case 2:
		return expr(a(), g.pick(" % 7", " % 10", " % 3", " % (-5)"))
	case 3:
		return expr("(", a(), g.pick(" + ", " * ", " - "), a(), ") % ", g.pick("100", "17"))
	case 4:
		return expr("-", a(), " + 0") // no negative zero
	case 5:
		return expr(g.numeral(), " - ", a())
	case 6:
		return expr(g.digits(), g.pick(" + ", " - "), a())
	case 7:
		return atom(g.pick("math.max", "math.min"), "(", list(g.value(whole, d-1), g.value(whole, d-1)), ")")
	case 8:
		return atom("#", operand(g.value(text, d-1)))
	case 9:
		return expr(g.literal(whole), " + ", g.literal(whole), " * ", g.leaf(whole), " % 9 - ", g.literal(whole))
	case 10:
		return expr("-", g.digits(), " + 0")
	case 11:
		return atom("(", a(), ")")
	}
	return g.either(whole, d)
}

func (g *generator) number(d int) *Node {
	a := func() *Node { return operand(g.value(g.oneOf(whole, number), d-1)) }
	switch g.IntN(10) {
	case 0, 1, 2:
		return expr(a(), g.pick(" + ", " - ", " * "), a())
	case 3:
		return expr(a(), g.pick(" / 2", " / 4", " / 3", " / 0x10", ` / "5"`))
	case 4:
		return expr(operand(g.value(whole, d-1)), " ^ 2")
	case 5:
		return expr("-", a())
	case 6:
		return expr(g.literal(number), g.pick(" * ", " + "), g.leaf(number), " - ", g.literal(whole), g.pick(" * 2", " / 4", " ^ 2"))
	case 7:
		return expr(g.pick("2 ^ 3 ^ 2", "-2 ^ 2", "2 ^ -1", "-3 ^ 2 * 2", `"2" ^ 2`, `- - 2`))
	}
	return g.either(number, d)
}

func (g *generator) oneOf(all ...kind) kind { return all[g.IntN(len(all))] }

// plain is an expression whose text is the same everywhere.
func (g *generator) plain(d int) *Node {
	switch g.IntN(8) {
	case 0:
		return atom("small(", g.value(number, d-1), ")")
	case 1:
		return atom(g.numeral())
	case 2:
		return operand(g.leaf(whole))
	case 3:
		return operand(g.value(text, d-1))
	}
	return operand(g.leaf(text))
}

func (g *generator) text(d int) *Node {
	switch g.IntN(12) {
	case 0, 1, 2:
		e := expr(g.leaf(text))
		for n := 1 + g.IntN(4); n > 0; n-- {
			e.Parts = append(e.Parts, join(Opt, " .. ", g.plain(d)))
		}
		return expr("(", e, "):sub(", g.pick("1, 12", "-9", "2, 8"), ")")
	case 3:
		return atom("tostring(", g.value(g.oneOf(whole, truth), d-1), ")")
	case 4:
		return atom("(", g.value(text, d-1), ")", g.pick(":upper()", ":lower()", ":reverse()", ":rep(2):sub(1, 9)", ":sub(2)"))
	case 5:
		return atom("type(", g.value(anything, d-1), ")")
	case 6:
		return atom("string.format(", g.pick(`"%d"`, `"%5d|"`, `"%s"`, `"%x"`), ", #", operand(g.leaf(text)), ")")
	case 7:
		if v := g.ofKind(record); v != nil {
			return atom(v.name, ".s")
		}
	case 8:
		return atom(g.pick("('a'):rep(3)", "('%d'):format(3)", `("x").upper("q")`, `tostring"t"`, "type{}", `#"abc" .. ""`))
	case 9:
		return expr(g.leaf(text), " .. ", g.pick(`"-"`, "1", `"\n"`))
	}
	return g.either(text, d)
}

func (g *generator) truth(d int) *Node {
	switch g.IntN(9) {
	case 0, 1:
		return expr(operand(g.value(whole, d-1)), g.compare(), operand(g.value(g.oneOf(whole, number), d-1)))
	case 2:
		return expr(operand(g.value(text, d-1)), g.compare(), operand(g.value(text, d-1)))
	case 3, 4:
		return expr("not ", operand(g.value(anything, d-1)))
	case 5:
		return expr(operand(g.value(anything, d-1)), g.pick(" == ", " ~= "), operand(g.value(anything, d-1)))
	case 6:
		return expr("not ", g.leaf(whole), g.pick(" == ", " ~= "), g.pick("true", "false", "nil"))
	case 7:
		return expr("not not ", operand(g.value(anything, d-1)))
	}
	return g.either(truth, d)
}

func (g *generator) compare() string { return g.pick(" < ", " <= ", " > ", " >= ", " == ", " ~= ") }

// either is one of two values of a kind, by and and or. What is neither nil nor false may stand behind and.
func (g *generator) either(k kind, d int) *Node {
	yes, no := operand(g.value(k, d-1)), operand(g.leaf(k))
	if k == truth || k == anything || !g.one(4) {
		return expr(operand(g.condition(d-1)), " and ", yes, " or ", no)
	}
	return expr(no, " or ", yes)
}

// anything is a value of any kind, most often by and, or and not.
func (g *generator) anything(d int) *Node {
	a := func() *Node { return operand(g.value(anything, d-1)) }
	switch g.IntN(12) {
	case 0, 1:
		return expr(a(), " and ", a())
	case 2, 3:
		return expr(a(), " or ", a())
	case 4:
		return expr(a(), " and ", a(), " or ", a())
	case 5:
		return expr(a(), " or ", a(), " and ", a())
	case 6:
		return expr("not ", a(), g.pick(" and ", " or "), a())
	case 7:
		if v := g.ofKind(record); v != nil {
			return atom(v.name, ".v")
		}
	case 8:
		if v := g.ofKind(sparse); v != nil {
			return atom(v.name, "[", g.value(whole, d-1), "]")
		}
	case 9:
		if g.frame.vararg {
			return atom(g.pick("(...)", "(select(2, ...))", "(select('#', ...))"))
		}
	}
	return g.value(kind(1+g.IntN(4)), d-1)
}

// condition is what if and while ask, constants too.
func (g *generator) condition(d int) *Node {
	switch g.IntN(8) {
	case 0:
		return atom(g.pick("true", "false", "nil", "1", `""`, "not nil", "not true", "{}", "0"))
	case 1:
		return expr(g.pick("true", "false", "nil", "1"), g.pick(" and ", " or "), operand(g.value(anything, d-1)))
	case 2:
		return expr(operand(g.value(truth, d-1)), g.pick(" and ", " or "), g.pick("true", "false", "nil", "0"))
	case 3:
		return expr("not (", g.value(truth, d-1), g.pick(" and ", " or "), operand(g.value(truth, d-1)), ")")
	case 4:
		return g.value(anything, d-1)
	}
	return g.value(truth, d)
}

// call is a call of a function of the program that gives a value of this kind first.
func (g *generator) call(k kind, d int) *Node {
	v := g.choose(g.visible(func(v *variable) bool {
		return v.kind == routine && len(v.sig.gives) > 0 && v.sig.gives[0] == k && g.affords(v.sig)
	}))
	if v == nil {
		return nil
	}
	return g.callOf(v, d)
}

func (g *generator) affords(s *signature) bool {
	return (s.cost+2)*g.frame.times+g.frame.cost < maxCost
}

func (g *generator) callOf(v *variable, d int) *Node {
	g.frame.cost += (v.sig.cost + 2) * g.frame.times
	return atom(v.name, "(", g.arguments(v.sig, d), ")")
}

func (g *generator) arguments(s *signature, d int) *Node {
	args := list()
	for _, k := range s.takes {
		args.Parts = append(args.Parts, g.value(k, d-1))
	}
	if s.vararg || g.one(8) {
		for n := g.IntN(3); n > 0; n-- {
			args.Parts = append(args.Parts, g.leaf(anything))
		}
		if e := g.open(d); e != nil && g.one(2) {
			args.Parts = append(args.Parts, e)
		}
	}
	return args
}

// open is an expression of any number of values.
func (g *generator) open(d int) *Node {
	if g.frame.vararg && g.one(3) {
		return atom("...")
	}
	if v := g.choose(g.visible(func(v *variable) bool { return v.kind == routine && g.affords(v.sig) })); v != nil && g.one(2) {
		return g.callOf(v, d)
	}
	switch g.IntN(4) {
	case 0:
		n := g.IntN(4)
		return atom("unpack({", g.values(n, d), "}, 1, ", itoa(n), ")")
	case 1:
		if g.frame.vararg {
			return atom("select(", g.pick("1", "2", "3", `"#"`, "-1"), ", 0, ...)")
		}
	case 2:
		if v := g.ofKind(items); v != nil {
			return atom("unpack(", v.name, g.pick("", ", 2", ", 1, 3", ", 0, 1"), ")")
		}
	}
	return atom(`pcall(type, `, g.leaf(anything), ")")
}

// values is a list of n values of any kind.
func (g *generator) values(n, d int) *Node {
	all := list()
	for range n {
		all.Parts = append(all.Parts, g.value(anything, d-1))
	}
	return all
}

// openEnd is a list of values that may end in a call or `...`.
func (g *generator) openEnd(n, d int) *Node {
	all := g.values(n, d)
	if g.one(2) {
		all.Parts = append(all.Parts, g.open(d))
	}
	return all
}

func itoa(n int) string { return strconv.Itoa(n) }
