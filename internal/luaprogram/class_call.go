package luaprogram

// varargs reassigns parameters of functions with `...`, and puts `...` everywhere.
func (g *generator) varargs() {
	f, a, b := g.fresh(), g.fresh(), g.fresh()
	params := g.pick(a+", "+b+", ...", a+", ...", "...")
	fr := &frame{vararg: true}
	body := g.called(fr, func() {
		if params != "..." {
			g.declare(a, anything)
			for range 1 + g.IntN(3) {
				g.varargParameter(a)
			}
		}
		for range 1 + g.IntN(2) {
			g.dots()
		}
		g.some()
		if g.one(2) {
			g.add("return ", g.openEnd(1+g.IntN(2), 2), ", ", g.pick("...", "(...)", "..., 1", a))
		}
	})
	g.add("local function ", f, "(", params, ")", body, "end")
	g.declare(f, anything).fixed = true
	for range 1 + g.IntN(2) {
		g.add("observe(", f, "(", g.openEnd(g.IntN(5), 1), "))")
	}
}

func (g *generator) varargParameter(a string) {
	t := "tostring(type(" + a + "))"
	switch g.IntN(10) {
	case 0:
		g.add(a, " = ", t, " .. ", g.pick(`("b"):upper()`, t, `tostring(2)`, `select("#", ...)`))
	case 1:
		g.add(a, " = ", g.pick("(...)", "...", "select(2, ...)", "select('#', ...)", "(select('#', ...))"))
	case 2:
		g.add(a, " = ", operand(g.leaf(anything)), g.pick(" and ", " or "), g.pick("...", "(...)", "type("+a+")"))
	case 3:
		g.add("if not ", a, " then ", a, " = ", g.pick("tostring(1) .. tostring(2)", "...", "type(...  or 1)"), " end")
	case 4:
		g.add(a, " = math.max(", g.leaf(whole), ", math.min(", list(g.leaf(whole), g.leaf(whole)), "))")
	case 5:
		g.add(a, ", I = ", g.pick("...", a+", ...", "..., "+a, "type("+a+"), ..."))
	case 6:
		g.add(a, " = {", g.pick("...", "..., "+a, a+", ...", "n = select('#', ...), ...", "..., n = 1"), "}")
	case 7:
		g.add(a, " = string.format('%s', ", t, ")", g.pick("", " .. tostring(1)"))
	case 8:
		g.add(a, " = ", g.value(anything, 3))
	default:
		g.add(a, " = pcall(type, ", g.pick("1", "..."), ")")
	}
}

// dots puts `...` into the middle and the end of lists.
func (g *generator) dots() {
	if !g.frame.vararg {
		g.statement()
		return
	}
	all := list()
	for n := 1 + g.IntN(3); n > 0; n-- {
		all.Parts = append(all.Parts, g.oneNode(atom("..."), g.leaf(anything), atom("(...)"), expr("...")))
	}
	switch g.IntN(9) {
	case 0:
		g.add("observe(", all, ")")
	case 1:
		g.add("observe({", all, g.pick("", ", n = 1", "; x = ...", ","), "})")
	case 2:
		g.add("observe({n = select('#', ...), ", all, "})")
	case 3:
		a, b := g.fresh(), g.fresh()
		g.add("local ", a, ", ", b, " = ", all)
		g.declare(a, anything)
		g.declare(b, anything)
	case 4:
		g.add("I, J = ", all)
	case 5:
		g.add("observe(select(", g.pick("1", "2", "-1", "'#'"), ", ", all, ", 0))")
	case 6:
		g.add("observe((function(...) return ", g.pick("...", "..., 1", "1, ...", "(...)", "select('#', ...)"), " end)(", all, "))")
	case 7:
		g.add("for ", g.pick("i, v", "i"), " in ipairs({", all, "}) do observe(i) end")
	default:
		g.add("observe(#{0, (...) or 1}, ... == nil, ", all, ")")
	}
}

func (g *generator) oneNode(all ...*Node) *Node { return all[g.IntN(len(all))] }

// calls writes calls of every form.
func (g *generator) calls() {
	switch g.IntN(8) {
	case 0:
		g.methods()
	case 1:
		g.add("observe(", list(atom("("+g.quoted()+"):upper()"), atom("('%d-%s'):format(", g.numeral(), ", ", g.numeral(), ")"), atom("(", g.value(text, 2), "):len()"), atom(`#("a"):rep(3)`)), ")")
	case 2:
		f := g.fresh()
		g.add("local function ", f, "(x, ...) return x, select('#', ...) end")
		g.add("observe(", f, g.quoted(), ", ", f, g.itemList(), ", ", f, "{", f, "{}}, (", f, ` "a"), `, f, "())")
		g.declare(f, anything).fixed = true
	case 3: // a call of what a call gives
		f := g.fresh()
		g.add("local function ", f, "(x) return function(y) return function(...) return ", g.pick("x, y, ...", "..., x", "(...)", "y"), " end end end")
		g.add("observe(", f, "(", g.leaf(anything), ")(", g.leaf(anything), ")(", g.openEnd(1, 1), "))")
		g.declare(f, anything).fixed = true
	case 4:
		t := g.fresh()
		g.add("local ", t, " = {f = function(...) return ... end, g = {h = function(self, x) return x, self ~= nil end}}")
		g.add("observe(", t, ".f(", g.openEnd(1, 1), "), ", t, ".g:h(", g.leaf(anything), "), ", t, "['f'] ", g.quoted(), ", ", t, ".g.h(", t, ", 3))")
		g.declare(t, anything).fixed = true
	case 5:
		g.add("(", g.functionOf(&signature{takes: []kind{whole}}, nil), ")(", g.leaf(whole), ")")
	case 6:
		g.add("(function(...) observe(...) end)(", g.openEnd(2, 2), ")")
	default:
		g.libraryCalls()
	}
}

func (g *generator) libraryCalls() {
	g.add("observe(", list(
		atom("select(", g.pick("1", "2", "-1", "'#'"), ", ", g.openEnd(2, 1), ")"),
		atom("tonumber(", g.oneNode(atom(g.digits()), g.leaf(text)), ")"),
		atom("type(", g.value(anything, 2), ")"),
		atom("rawequal(", list(g.leaf(anything), g.leaf(whole)), ")"),
		atom("table.concat({", list(g.plain(1), g.plain(1), g.plain(1)), "}, ", g.pick(`","`, `""`, "1"), ")"),
		atom("next({", g.leaf(whole), "})"),
	), ")")
}

// methods writes an object with methods that change it.
func (g *generator) methods() {
	o := g.fresh()
	g.add("local ", o, " = {n = ", g.leaf(whole), "}")
	g.add("function ", o, ":add(x, ...) self.n = self.n + (x or 1) return ", g.pick("self", "self, ...", "self, self.n"), " end")
	g.add("function ", o, ".get(self, ...) return self.n, ... end")
	g.add("observe(", o, ":add(", g.leaf(whole), ")", g.pick("", ":add()", ":add(2):add(3)"), ":get(", g.openEnd(1, 1), "))")
	g.add("observe(", o, ".add(", o, ", ", g.leaf(whole), ").n)")
	if g.one(2) {
		g.add(o, ":add(1)")
		g.add(o, ".n, ", o, ".m = ", o, ":get(", g.leaf(anything), ")")
	}
	g.add("observe(", o, ".n)")
	g.declare(o, anything).fixed = true
}

// returns gives back any number of values, in every way.
func (g *generator) returns() {
	f, h := g.fresh(), g.fresh()
	g.add("local function ", f, "(...) ", g.pick("return ...", "return 1, ...", "return ..., 1", "return (...)", "return", "return nil", "if ... then return ... end", "return select(2, ...)", "do return ... end"), " end")
	g.declare(f, anything).fixed = true
	call := func() *Node { return atom(f, "(", g.openEnd(g.IntN(3), 1), ")") }
	g.add("local function ", h, "(a, ...) ", g.oneNode(
		join(Piece, "return ", call()), join(Piece, "return (", call(), ")"), join(Piece, "return a, ", call()), join(Piece, "return ", call(), ", a"),
		join(Piece, "local x, y = ", call(), " return x, y, a"), join(Piece, "return ", f, "(", f, "(a, ...), ...)"), join(Piece, "return a and ", call()),
		join(Piece, "return {", call(), "}, #tostring(", call(), " == nil)"), join(Piece, "return not ", call()), join(Piece, "for i = 1, 3 do if i == 2 then return i, ", call(), " end end")), " end")
	g.declare(h, anything).fixed = true
	g.add("observe(", h, "(", g.openEnd(1, 1), "))")
	g.add("observe(", h, "(", g.leaf(anything), "), (", h, "()), ", h, "(1, 2, 3))")
}
