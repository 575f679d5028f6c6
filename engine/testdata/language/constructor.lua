-- Constructors: lists around the sizes at which they are stored in pieces, with and without an open end; fields, keys,
-- nil, order, nesting.

-- fifty items and a call
show(function() local t = { 1...50, tostring(51) } return #t, t[50], t[51] end)

-- fifty items and a call of two values
show(function() local function f() return "a", "b" end local t = { 1...50, f() } return #t, t[51], t[52] end)

-- fifty items and dots
show(function(...) local t = { 1...50, ... } return #t, t[50], t[51], t[52] end, "p", "q")

-- nothing
show(function() return {}, #{}, next {} end)

-- nothing but a call
show(function() local function f() return 1, 2, 3 end return { f() }, #{ f() } end)

-- nothing but a call of nothing
show(function() local function f() end local t = { f() } return #t, next(t) end)

-- one item
show(function() return { "a" }, { nil }, { false } end)

-- one item and a call
show(function() local function f() return 2, 3 end return { 1, f() }, { f(), f() }, { f(), 1 }, { (f()) } end)

-- 49 items
show(function() local t = { 1...49 } return #t, t[1], t[49], t[50] end)

-- 49 items and a call
show(function() local function f() return "a", "b", "c" end local t = { 1...49, f() } return #t, t[49], t[50], t[51], t[52], t[53] end)

-- 49 items and dots
show(function(...) local t = { 1...49, ... } return #t, t[49], t[50], t[51] end, "p", "q")

-- 50 items
show(function() local t = { 1...50 } return #t, t[1], t[49], t[50], t[51] end)

-- 50 items and a call of nothing
show(function() local function f() end local t = { 1...50, f() } return #t, t[50], t[51] end)

-- 50 items and no dots given
show(function(...) local t = { 1...50, ... } return #t, t[50], t[51] end)

-- 50 items and a call in brackets
show(function() local function f() return "a", "b" end local t = { 1...50, (f()) } return #t, t[51], t[52] end)

-- 50 items and a field
show(function() local t = { 1...50, x = "field" } return #t, t[50], t[51], t.x end)

-- 50 items and a field from a call
show(function() local function f() return "a", "b" end local t = { 1...50, x = f() } return #t, t[50], t[51], t.x end)

-- 50 items, a field, a call
show(function() local function f() return "a", "b" end local t = { 1...50, x = "x", f() } return #t, t[50], t[51], t[52], t.x end)

-- 50 items, a call, a field
show(function() local function f() return "a", "b" end local t = { 1...50, f(), x = "x" } return #t, t[50], t[51], t[52], t.x end)

-- 51 items
show(function() local t = { 1...51 } return #t, t[50], t[51], t[52] end)

-- 51 items and a call
show(function() local function f() return "a", "b" end local t = { 1...51, f() } return #t, t[51], t[52], t[53], t[54] end)

-- 99 items and dots
show(function(...) local t = { 1...99, ... } return #t, t[99], t[100], t[101], t[102] end, "p", "q", "r")

-- 100 items
show(function() local t = { 1...100 } return #t, t[50], t[51], t[100], t[101] end)

-- 100 items and a call
show(function() local function f() return "a", "b" end local t = { 1...100, f() } return #t, t[100], t[101], t[102] end)

-- 100 items and dots
show(function(...) local t = { 1...100, ... } return #t, t[100], t[101], t[102] end, "p", "q")

-- 101 items and a call
show(function() local function f() return "a" end local t = { 1...101, f() } return #t, t[101], t[102], t[103] end)

-- 150 items, with and without an open end
show(function(...)
  local a, b, c = { 1...150 }, { 1...150, ... }, { 1...150, n = ... }
  return #a, a[150], #b, b[150], b[152], #c, c.n
end, "p", "q")

-- 512 items
show(function() local t = { 1...512 } return #t, t[511], t[512], t[513] end)

-- 512 items and dots
show(function(...) local t = { 1...512, ... } return #t, t[512], t[513], t[514] end, "p", "q")

-- 25,550 items
show(function() local t = { 1...25550 } return #t, t[1], t[25549], t[25550], t[25551] end)

-- 25,551 items
show(function() local t = { 1...25551 } return #t, t[25550], t[25551], t[25552] end)

-- 25,550 items and dots
show(function(...) local t = { 1...25550, ... } return #t, t[25550], t[25551], t[25552] end, "p", "q")

-- 26,000 items, all in their place
show(function()
  local t, wrong = { 1...26000 }, 0
  for i = 1, #t do if t[i] ~= i then wrong = wrong + 1 end end
  return #t, wrong
end)

-- a list of 60 within a function that has many locals
show(function()
  local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8
  local t = { 1...60, a, b, c }
  return #t, t[60], t[61], t[63], a, b, c, d, e, f, g, h
end)

-- two lists of 50 in one
show(function() local t = { { 1...50 }, { 1...50, { 1...50 } } } return #t[1], #t[2], #t[2][51], t[2][51][50] end)

-- open end inside an open end
show(function(...) local function f(...) return ... end return { 0, f({ 1, f(...) }, f(...)) } end, "a", "b")

-- fields among items
show(function() return { x = 1, "a", y = 2, "b", [10] = "ten", "c" } end)

-- semicolons, commas and one at the end
show(function() return { 1, 2; 3, x = 4; 5, }, { 1; }, { x = 1, } end)

-- keys that are expressions
show(function() local k = "k" return { [k] = 1, [k .. "2"] = 2, [1 + 1] = 3, [true] = 4, [#"abc"] = 5, [-1] = 6, [0.5] = 7 } end)

-- item and key of the same place
show(function() local t = { [1] = "key", "item" } local u = { "item", [1] = "key" } return t[1], u[1] end)

-- the same field twice
show(function() local t = { x = 1, x = 2, ["x"] = 3 } return t.x end)

-- open end over a key
show(function(...) local t = { [2] = "key", ... } return t[1], t[2] end, "a", "b")

-- nil as item in the middle
show(function() local t = { 1, nil, 3 } return t[1], t[2], t[3] end)

-- nil as field and as value of a key
show(function() local t = { x = nil, [1] = nil, y = 1 } return t.x, t[1], t.y, next(t) end)

-- false as item
show(function() local t = { false, true, false } return #t, t[1], t[3] end)

-- nil as a key raises
show(function() local k return { [k] = 1 } end)

-- nan as a key raises
show(function() local k = 0 / 0 return { [k] = 1 } end)

-- order of computing
show(function()
  local log = ""
  local function f(x) log = log .. x return x end
  local t = { f("a"), x = f("b"), f("c"), [f("d")] = f("e"), f("f") }
  return log, t
end)

-- order of computing over fifty items
show(function()
  local n = 0
  local function f() n = n + 1 return n end
  local t = { f(), 1...48, f(), f(), x = f(), f() }
  return t[1], t[50], t[51], t.x, t[52], #t
end)

-- calls in fields give one value
show(function() local function f() return 1, 2, 3 end return { x = f(), y = (f()), [f()] = f() } end)

-- call behind which fields follow gives one value
show(function() local function f() return 1, 2, 3 end local t = { f(), f(), x = f() } return #t, t end)

-- call behind which a semicolon follows gives all
show(function() local function f() return 1, 2, 3 end return { f(), }, { f(); }, { f(), f(), } end)

-- method calls as items
show(function() local o = { m = function(self, x) return x, self.v end, v = "v" } return { o:m(1), o:m(2) }, { x = o:m(3) } end)

-- logic as last item is no open end
show(function() local function f() return 1, 2 end return { nil or f() }, { f() and f() }, { not f() } end)

-- text joined as last item is no open end
show(function() local function f() return 1, 2 end return { f() .. "" }, { f() + 0 }, { -f() } end)

-- values are computed before the table exists
show(function() local t = { "old" } t = { t[1], t, old = t[1] } return t[1], t[2][1], t.old end)

-- constructor into a declared local that it reads
show(function() local a, b = 1, 2 a = { a, b, x = a } return a, b end)

-- constructor into a field of itself
show(function() local t = { v = 1 } t.t = { t.v, t = t.v } t.u = { t.t.t } return t end)

-- constructor as an argument and as a result
show(function() local function f(t) return { t[1] + 1, t.x } end return f { 1, x = "y" }, (f { 2 })[1] end)

-- constructor indexed and measured at once
show(function() return ({ "a", "b" })[2], ({ x = 1 }).x, #{ 1, 2, 3 }, ({ { { "deep" } } })[1][1][1] end)

-- functions as items
show(function() local t = { function() return 1 end, f = function() return 2 end, [3] = function() return 3 end } return t[1](), t.f(), t[3]() end)

-- nested to some depth
show(function() return { 1, { 2, { 3, x = { y = "z" } } } } end)

-- new table each time
show(function() local function f() return {} end local a, b = f(), f() a.x = 1 return a == b, b.x, {} == {} end)

-- in a loop, each round its own
show(function() local ts = {} for i = 1, 3 do ts[i] = { i, sq = i * i, "last", } end return ts end)

-- in a loop, with an open end from a closure
show(function() local ts = {} for i = 1, 3 do local function f() return i, i * 2 end ts[i] = { "r", f() } end return ts end)

-- upvalues, globals and fields as items
show(function()
  local up, o = "up", { f = "field" }
  G = "global"
  return (function(p) return { up, G, o.f, p, [up] = G, g = o.f } end)("param")
end)

-- in a coroutine, values from yields
show(function()
  local co = coroutine.wrap(function() return { coroutine.yield(1), x = coroutine.yield(2), coroutine.yield(3) } end)
  co() co("a", "lost") co("b", "lost")
  return co("c", "d")
end)

-- lists of 55 calls
show(function()
  local n = 0
  local function f() n = n + 1 return n, "lost" end
  local t = { f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(),
    f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f(), f() }
  return #t, t[50], t[51], t[55], t[56]
end)

-- words as field names through brackets
show(function() return { ["end"] = 1, ["and"] = 2, ["not a name"] = 3, [""] = 4 } end)

-- numbers that are the same key
show(function() local t = { [1] = "a", [1.0] = "b", [0x1] = "c" } t["1"] = "text" return t[1], t["1"] end)

-- insertion after the constructor
show(function() local t = { 1, 2, 3 } t[#t + 1] = 4 table.insert(t, 5) t[6] = 6 return #t, t end)
