-- Several assignment: all expressions are computed before any target is stored into (manual 2.4.3).

-- swap of two locals
show(function() local a, b = 1, 2 a, b = b, a return a, b end)

-- swap of parameters where the first is greater
show(function()
  local function order(a, b) if a > b then a, b = b, a end return a, b end
  return order(5, 2)
end)

-- Fibonacci by one assignment
show(function() local a, b = 0, 1 for i = 1, 10 do a, b = b, a + b end return a end)

-- greatest common divisor by one assignment
show(function() local a, b = 48, 18 while b ~= 0 do a, b = b, a % b end return a end)

-- both from the old values
show(function() local a, b = 0, 0 a, b = a + 1, a + b return a, b end)

-- local and field of a table
show(function() local a, t = 1, { x = 2 } a, t.x = t.x, a return a, t.x end)

-- nil and a local
show(function() local a, b = 1, 2 a, b = nil, a return a, b end)

-- not and a local
show(function() local a, b = true, false a, b = not a, a return a, b end)

-- call and a local
show(function()
  local id = function(x) return x end
  local a, b = 1, 2
  a, b = id(b), a
  return a, b
end)

-- sum and a local
show(function() local off, n = 0, 20 off, n = off + n, off return off, n end)

-- item of a table that is replaced by the same assignment
show(function() local a = { 1 } local b = a a[1], a = 5, {} return b[1], a[1] end)

-- the same local twice
show(function() local a a, a = 2, 3 return a end)

-- rotation of three locals
show(function() local a, b, c = 1, 2, 3 a, b, c = b, c, a return a, b, c end)

-- rotation the other way
show(function() local a, b, c = 1, 2, 3 a, b, c = c, a, b return a, b, c end)

-- rotation of four with arithmetic
show(function()
  local a, b, c, d = 1, 2, 3, 4
  for i = 1, 5 do a, b, c, d = d + i, a, b, c end
  return a, b, c, d
end)

-- swap of upvalues
show(function()
  local a, b = 1, 2
  local function swap() a, b = b, a end
  swap()
  return a, b
end)

-- upvalue and local change places
show(function()
  local a = "outer"
  local function f(b) a, b = b, a return b end
  return f("inner"), a
end)

-- swap of globals
show(function() G1, G2 = "a", "b" G1, G2 = G2, G1 return G1, G2 end)

-- global and field from a constant and a local
show(function() local t, loc = { x = "x" }, "loc" G, t.x = 5, loc return G, t.x end)

-- global and local change places
show(function() G = "global" local l = "local" G, l = l, G return G, l end)

-- swap of two fields
show(function() local t = { x = 1, y = 2 } t.x, t.y = t.y, t.x return t.x, t.y end)

-- swap of two items by computed indices
show(function()
  local t, i, j = { 10, 20, 30 }, 1, 3
  t[i], t[j] = t[j], t[i]
  return t
end)

-- index assigned beside the item it points to
show(function() local t, i = { 1, 2, 3 }, 1 i, t[i] = i + 1, 20 return i, t end)

-- item and its index, item first
show(function() local t, i = { 1, 2, 3 }, 1 t[i], i = "first", 3 return i, t end)

-- table and its key both assigned
show(function()
  local t, k = { a = 1 }, "a"
  local old = t
  t, t[k], k = {}, 2, "b"
  return t, old, k
end)

-- object, key and two items of the old object
show(function()
  local o, k = { 1, 2 }, 1
  local keep = o
  o[k], o[k + 1], o, k = "one", "two", nil, nil
  return keep, o, k
end)

-- the same field twice: the first value is stored last
show(function() local t = {} t.x, t.x = 1, 2 return t.x end)

-- the same global twice
show(function() G, G = 1, 2 return G end)

-- the same upvalue twice
show(function() local u (function() u, u = 1, 2 end)() return u end)

-- more targets than values
show(function() local a, b, c = 1, 2, 3 a, b, c = 9 return a, b, c end)

-- more values than targets, the surplus is computed
show(function()
  local seen = ""
  local function f(x) seen = seen .. x return x end
  local a, b = f("a"), f("b"), f("c"), f("d")
  a, b = f("e"), f("f"), f("g")
  return a, b, seen
end)

-- one target, two values
show(function() local a a = 1, 2 return a end)

-- call at the end fills up
show(function()
  local function f() return 1, 2, 3 end
  local a, b, c, d = 0, 0, 0, 0
  a, b, c, d = "x", f()
  return a, b, c, d
end)

-- call with too few values pads with nil
show(function()
  local function f() return 1 end
  local a, b, c = "a", "b", "c"
  a, b, c = f()
  return a, b, c
end)

-- call with too many values is cut
show(function()
  local function f() return 1, 2, 3 end
  local a, b = 0, 0
  a, b = f()
  return a, b
end)

-- call in the middle gives one value
show(function()
  local function f() return 1, 2, 3 end
  local a, b, c = 0, 0, 0
  a, b, c = f(), f()
  return a, b, c
end)

-- call in brackets gives one value
show(function()
  local function f() return 1, 2, 3 end
  local a, b, c = 0, 0, 0
  a, b, c = 9, (f())
  return a, b, c
end)

-- call that returns nothing
show(function()
  local function none() end
  local a, b = 1, 2
  a, b = none()
  return a, b
end)

-- dots at the end
show(function(...) local a, b, c = 0, 0, 0 a, b, c = ... return a, b, c end, 1, 2)

-- dots behind a local
show(function(...) local a, b, c = 7, 8, 9 a, b, c = b, ... return a, b, c end, 1)

-- dots in the middle
show(function(...) local a, b, c = 7, 8, 9 a, b, c = ..., a, b return a, b, c end, 1, 2)

-- parameters of a vararg function change places
show(function(a, b, ...) a, b = b, a return a, b, ... end, 1, 2, 3)

-- the values see the old locals through a closure
show(function()
  local a, b = 1, 2
  local function both() return a * 10 + b end
  a, b = both(), both()
  return a, b
end)

-- a function called in the values changes a target
show(function()
  local a, b = 1, 2
  local function change() a = 100 return 5 end
  b, a = change(), a
  return a, b
end)

-- a function called in the values changes the local that was read before it
show(function()
  local a, b, c = 1, 2, 3
  local function change() a = 100 return 5 end
  b, c = a, change()
  return a, b, c
end)

-- a function called for a key sees the old values
show(function()
  local t, i = {}, 1
  local function key() return "k" .. i end
  i, t[key()] = 2, "v"
  return t, i
end)

-- order of computing objects, keys and values
show(function()
  local log, t = "", {}
  local function o(x) log = log .. x return t end
  local function v(x) log = log .. x return x end
  o("1")[v("2")], o("3")[v("4")] = v("5"), v("6")
  return log, t
end)

-- order of stores through __newindex
show(function()
  local log = ""
  local t = setmetatable({}, { __newindex = function(_, k, v) log = log .. k .. "=" .. v .. " " end })
  t.a, t.b, t.c = 1, 2, 3
  return log
end)

-- store of fields from a call through __newindex
show(function()
  local log = ""
  local t = setmetatable({}, { __newindex = function(_, k, v) log = log .. k .. "=" .. tostring(v) .. " " end })
  local function f() return 1, 2 end
  t.a, t.b, t.c = f()
  return log
end)

-- nested tables change places
show(function()
  local t = { a = { v = 1 }, b = { v = 2 } }
  t.a.v, t.b.v, t.a, t.b = t.b.v, t.a.v, t.b, t.a
  return t
end)

-- declaration sees the outer variable of the same name
show(function() local a, b = 1, 2 do local a, b = b, a return a, b end end)

-- declaration with more names than values
show(function() local a, b, c = 1 return a, b, c end)

-- declaration without values in a loop starts at nil each time
show(function()
  local seen = {}
  for i = 1, 3 do local x, y seen[i] = tostring(x) .. tostring(y) x, y = i, i end
  return seen
end)

-- declaration of the same name twice in one statement
show(function() local a, a = 1, 2 return a end)

-- linked list is reversed in place
show(function()
  local list = { v = 1, next = { v = 2, next = { v = 3 } } }
  local prev, node = nil, list
  while node do node.next, prev, node = prev, node, node.next end
  return prev.v, prev.next.v, prev.next.next.v, prev.next.next.next
end)

-- bubble sort by swaps
show(function()
  local t = { 5, 3, 9, 1, 7 }
  for i = 1, #t do
    for j = 1, #t - i do
      if t[j] > t[j + 1] then t[j], t[j + 1] = t[j + 1], t[j] end
    end
  end
  return t
end)

-- in a coroutine, with yields among the values
show(function()
  local co = coroutine.wrap(function(a, b)
    a, b = coroutine.yield(a), coroutine.yield(b)
    a, b = b, a
    return a, b
  end)
  local x, y = co(1, 2), co("first")
  return x, y, co("second")
end)

-- method results into self
show(function()
  local p = { x = 1, y = 2 }
  function p:xy() return self.y, self.x end
  p.x, p.y = p:xy()
  return p.x, p.y
end)

-- logic among the values
show(function()
  local a, b = nil, 2
  a, b = a or b, a and b
  return a, b
end)

-- comparisons among the values
show(function() local a, b = 1, 2 a, b = a < b, a == b return a, b end)

-- texts joined among the values
show(function() local a, b = "x", "y" a, b = a .. b, b .. a return a, b end)

-- constructors among the values see the old locals
show(function() local a, b = 1, 2 a, b = { a, b }, { b, a } return a, b end)

-- functions among the values see the new locals
show(function()
  local a, b = 1, 2
  a, b = function() return b end, function() return a end
  return a() == b, b() == a
end)

-- seven targets of every kind
show(function(p, ...)
  local l, t, u = "l", { f = "f", "i" }, "u"
  G = "g"
  return (function(...)
    l, t.f, t[1], G, u, p = ..., l, t.f, t[1], G, u
    return l, t.f, t[1], G, u, p
  end)(...)
end, "p", "d", "e")

-- one target, three values and a call
show(function() local n = 0 local function f() n = n + 1 return "f", "g" end local a a = 1, 2, 3, f() local b = 4, 5, 6, f() local c, d = f(), f(), f(), f() return a, b, c, d, n end)

-- surplus values, then new locals
show(function() local a = 1, 2, 3 local b local c, d = 4, 5, 6, 7 local e return a, b, c, d, e end)
