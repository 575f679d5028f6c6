package luaprogram

// fault raises an error and shows its words and its line.
func (g *generator) fault() {
	if g.one(4) {
		g.raise()
		return
	}
	v, w := g.fresh(), g.fresh()
	wrong := g.pick("nil", "true", "{}", `"x"`, "3", "function() end")
	g.add("local ", v, ", ", w, " = ", wrong, ", {}")
	g.declare(v, anything).fixed = true
	g.declare(w, anything).fixed = true
	body := g.called(&frame{}, func() {
		for range g.IntN(3) {
			g.statement()
		}
		if g.one(3) { // through a local of its own instead of an upvalue
			g.add("local ", v, ", ", w, " = ", v, ", ", w)
		}
		g.faulty(v, w)
	})
	switch g.IntN(4) {
	case 0:
		g.add("observe(pcall(function(...)", body, "end, ", g.openEnd(1, 1), "))")
	case 1:
		f := g.fresh()
		g.add("local function ", f, "(...)", body, "end")
		g.add("observe(pcall(", f, "))")
		g.declare(f, anything).fixed = true
	case 2:
		g.add("observe(xpcall(function()", body, "end, function(e) return ", g.pick("e", "type(e), e", "{e}", `"handled"`), " end))")
	default:
		g.add("observe(coroutine.resume(coroutine.create(function()", body, "end)))")
	}
}

// faulty is a statement that fails for most values.
func (g *generator) faulty(v, w string) {
	target := g.pick(v, v, "Nope", w+".no", w+".a.b", w+"[1]", v+".x", "("+v+")", `("t").none`, w+"[G]")
	switch g.IntN(16) {
	case 0:
		g.add("local r9 = ", target, ".field")
	case 1:
		g.add("local r9 = ", target, "[", g.oneNode(g.leaf(whole), g.leaf(text), atom(`"key"`)), "]")
	case 2:
		g.add(w, ".q = ", w, ".a.b.c")
	case 3:
		g.add("observe(", target, "(", g.openEnd(1, 1), "))")
	case 4:
		g.add(g.pick(v, "Nope", w+".no", w), ":method(", g.leaf(anything), ")")
	case 5:
		g.add("local r9 = ", expr(g.pick(target, "1", "G", "H"), g.arithmetic(), g.pick(target, v)))
	case 6:
		g.add("local r9 = -", g.pick(target, v))
	case 7:
		g.add("local r9 = ", expr(g.pick(`"a"`, "1", "G", v, target), " .. ", g.pick(v, target), g.pick("", ` .. "z"`, " .. 1")))
	case 8:
		g.add("local r9 = ", expr(g.pick(v, target, "1", `"a"`), g.pick(" < ", " <= ", " > ", " >= "), g.pick(v, target, "{}", "nil", "2", `"b"`)))
	case 9:
		g.add("local r9 = #", g.pick(v, target))
	case 10:
		g.add("for i = ", g.pick(v+", 2", "1, "+v, "1, 2, "+v), " do observe(i) break end")
	case 11:
		g.add(g.pick(v, "Nope", w+".no", v+".x", w+"[1]"), g.pick(".f", "[1]", "['k']"), " = ", g.leaf(anything))
	case 12:
		g.add(w, "[", g.pick("nil", "0/0", w+".none", v), "] = 1")
	case 13:
		g.add("for k in ", g.pick(v, w, "Nope", w+".no", v+", "+v, "nil"), " do observe(k) break end")
	case 14:
		g.add(g.pick("local r9 = string.rep()", "local r9 = ('x'):rep({})", "setmetatable(1, {})", "ipairs()", "local r9 = ('x'):bad()", "local r9 = tostring()", "table.concat({{}})", "local r9 = math.floor({})", "local r9 = ('x'):format(1, 2) + {}"))
	default:
		g.add(w, ".x, ", g.pick(v, "Nope"), ".y = ", g.pick("1, 2", "f9(), 2", v+" + 1, 2"))
	}
}

func (g *generator) arithmetic() string { return g.pick(" + ", " - ", " * ", " / ", " % ", " ^ ") }

// raise calls error with every kind of value and level.
func (g *generator) raise() {
	f, h := g.fresh(), g.fresh()
	value := g.oneNode(atom(`"msg"`), atom("nil"), atom("{code = 5}"), atom("42"), atom("true"), g.leaf(text), atom(`"a" .. 1`), atom("function() end"))
	level := g.pick("", "", ", 0", ", 1", ", 2", ", 3")
	g.add("local function ", f, "(x) ", g.pick("", "if x then return 1 end\n"), "error(", value, level, ")\nend")
	g.add("local function ", h, "(...)\nlocal r9 = ", f, "(...)\nreturn r9\nend")
	g.declare(f, anything).fixed = true
	g.declare(h, anything).fixed = true
	switch g.IntN(7) {
	case 0:
		g.add("observe(pcall(", f, "))")
	case 1:
		g.add("observe(pcall(", h, ", nil))")
	case 2:
		g.add("observe(xpcall(", h, ", function(e) return e, 1 end))")
	case 3:
		g.add("observe(pcall(pcall, ", h, "), pcall(error), pcall(error, ", g.leaf(anything), "))")
	case 4:
		g.add("observe(pcall(function()\nlocal ok, e = pcall(", h, ")\nerror(e, 0)\nend))")
	case 5:
		g.add("observe(pcall(assert, ", g.oneNode(atom("false"), atom("nil"), atom(`false, "why"`), atom("1, 2"), atom("nil, nil")), "))")
	default:
		g.add("observe(select(", g.pick("1", "2", "'#'"), ", pcall(function(...) local a = ... ", h, "(a) return 1, 2 end, ", g.leaf(anything), ")))")
	}
}

// metatable writes a table with events, and uses them.
func (g *generator) metatable() {
	mt, a, b := g.fresh(), g.fresh(), g.fresh()
	g.add("local ", mt, " = {}")
	g.declare(mt, anything).fixed = true
	event := g.pick("add", "sub", "mul", "div", "mod", "pow", "unm", "concat", "eq", "lt", "le", "index", "newindex", "call", "tostring", "metatable")
	g.add(mt, ".__", event, " = ", g.handler(event))
	if g.one(2) {
		second := g.pick("add", "eq", "lt", "concat", "call", "index", "newindex", "unm")
		g.add(mt, ".__", second, " = ", g.handler(second))
	}
	g.add("local ", a, ", ", b, " = setmetatable({n = 1}, ", mt, "), setmetatable({n = 2}, ", mt, ")")
	g.declare(a, anything).fixed = true
	g.declare(b, anything).fixed = true
	vararg := g.frame.vararg
	g.frame.vararg = false
	g.add("observe(pcall(function()\nreturn ", g.useOf(event, a, b), "\nend))")
	for range g.IntN(3) {
		g.add("observe(pcall(function() return ", g.useOf(g.pick(event, "add", "eq", "lt", "le", "concat", "index", "call", "unm"), a, b), " end))")
	}
	g.frame.vararg = vararg
	g.add("observe(", a, ", ", b, ")")
}

func (g *generator) handler(event string) *Node {
	switch event {
	case "index":
		return g.oneNode(atom("{z = 26, [1] = 'one'}"), atom("function(t, k) return ", g.pick("k", "rawget(t, 'n'), 2", "nil", "{k}"), " end"),
			atom("setmetatable({z = 1}, {__index = function(t, k) return tostring(k) end})"))
	case "newindex":
		return g.oneNode(atom("function(t, k, v) rawset(t, k, {v}) end"), atom("function(t, k, v) observe(k, v) end"), atom("{}"))
	case "tostring":
		return atom("function(t) return ", g.pick(`"T" .. t.n`, `"obj"`, `""`), " end")
	case "metatable":
		return g.oneNode(atom("false"), atom(`"locked"`), atom("{}"))
	case "eq", "lt", "le":
		return atom("function(x, y) observe(x.n, y.n) return ", g.pick("x.n < y.n", "nil", "1", "x.n == y.n", "false", "not y"), " end")
	}
	if event == "unm" { // what stands behind the operand is open: it itself in lua5.1
		return atom("function(x) observe(type(x)) return ", g.pick("1", "nil", "7, 8", "x", `"r"`), " end")
	}
	return atom("function(x, y, ...) observe(type(x), type(y), ...) return ", g.pick("1", "nil", "7, 8", "x", "y", `"r"`), " end")
}

func (g *generator) useOf(event, a, b string) *Node {
	other := g.pick(b, b, a, "1", `"s"`, "nil", "{}", `"10"`)
	switch event {
	case "add", "sub", "mul", "div", "mod", "pow":
		op := map[string]string{"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "pow": "^"}[event]
		return g.oneNode(expr(a, " ", op, " ", other), expr(other, " ", op, " ", a), expr("(", a, " ", op, " ", other, ") == nil"))
	case "unm":
		return expr("-", a)
	case "concat":
		return g.oneNode(expr(a, " .. ", other), expr(other, " .. ", a), expr(`"x" .. 1 .. `, a), expr(a, ` .. "y" .. "z"`), expr(a, " .. ", b, " .. ", other))
	case "eq":
		return g.oneNode(expr(a, " == ", other), expr(a, " ~= ", other), expr("not (", a, " == ", b, ") and 1"), list(expr(a, " == ", a), expr("rawequal(", a, ", ", b, ")")))
	case "lt", "le":
		return expr(a, g.pick(" < ", " <= ", " > ", " >= "), other)
	case "index":
		return g.oneNode(list(expr(a, ".z"), expr(a, "[1]"), expr(a, ".n")), expr("rawget(", a, ", 'z')"), expr(a, ".z.z"), expr(a, ":z()"), expr(a, "[", g.leaf(truth), "]"))
	case "newindex":
		return expr("(function() ", a, ".w, ", a, ".n, ", b, "[1] = ", list(g.sealed(anything), g.sealed(whole), g.sealed(anything)), " return ", a, ".w end)()")
	case "call":
		return g.oneNode(expr(a, "(", g.openEnd(1, 1), ")"), list(atom("1"), expr(a, "()"), expr(a, "(2)")), expr("pcall(", a, ", 3)"), expr(a, `"s"`), expr("(", a, "(1, 2))"))
	case "tostring":
		return expr("tostring(", g.pick(a, b), ")")
	}
	return g.oneNode(expr("getmetatable(", a, ")"), expr("pcall(setmetatable, ", a, ", {})"))
}
