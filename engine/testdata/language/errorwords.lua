-- What the machine says and where, by what is at fault: local, upvalue, global, field, method, constant, result.

-- index a local
show(function() local o return o.item end)

-- index an upvalue
show(function() local o return (function() local x = o.item return x end)() end)

-- index a global
show(function() return shop.item end)

-- index a field
show(function() local o = {} return o.item.name end)

-- index a field of an upvalue
show(function() local o = {} return (function() local x = o.item.name return x end)() end)

-- index a field of a global
show(function() G = {} return G.item.name end)

-- index an item by a number
show(function() local t = {} return t[1].x end)

-- index an item by a local key
show(function() local t, k = {}, "k" return t[k].x end)

-- index an item by a computed key
show(function() local t = {} return t["a" .. 1].x end)

-- index by a text in brackets
show(function() local t = {} return t["a b"].x, 1 end)

-- index a result
show(function() local function f() end return f().x, 1 end)

-- index a result in brackets
show(function() local function f() end return (f()).x, 1 end)

-- index a number, true, a function
show(function()
  local _, a = pcall(function() local n = 1 return n.x end)
  local _, b = pcall(function() local b = true return b.x.y end)
  local _, c = pcall(function() local f = next return f.x end)
  return a, b, c
end)

-- index dots
show(function(...) return (...).x, 1 end)

-- index a parameter, a loop's variable, self
show(function()
  local _, a = pcall(function(p) return p.x end)
  local _, b = pcall(function() for i, v in ipairs { 1 } do return v.x.y end end)
  local _, c = pcall(function() local o = {} function o.m(self) return self.x end return o.m() end)
  local _, d = pcall(function() local o = {} function o:m() return self.x.y end return o:m() end)
  return a, b, c, d
end)

-- index nil and true as constants
show(function() return (nil).x, 1 end)

-- index a result of and, or
show(function() local a, b return (a or b).x, 1 end)

-- index an arm of and
show(function() local a, t = false, { x = 1 } return (a and t).x, 1 end)

-- index a result of arithmetic and of ..
show(function()
  local _, a = pcall(function() local n = 1 return (n + 1).x, 1 end)
  local _, b = pcall(function() local n = 1 return (n .. "").x.y, 1 end)
  local _, c = pcall(function() local n = 1 return (not n).x, 1 end)
  return a, b, c
end)

-- assign into a nil local, upvalue, global, field
show(function()
  local up
  local _, a = pcall(function() local o o.x = 1 end)
  local _, b = pcall(function() up.x = 1 end)
  local _, c = pcall(function() NONE.x = 1 end)
  local _, d = pcall(function() local o = {} o.a.x = 1 end)
  local _, e = pcall(function() local o, k = {}, "k" o[k][k] = 1 end)
  local _, f = pcall(function() local o = {} o.a.b.c = 1 end)
  local _, g = pcall(function() local o = {} function o.a.f() end end)
  return a, b, c, d, e, f, g
end)

-- assign into a text
show(function() local s = "text" s.x = 1 end)

-- assign with a nil key
show(function() local t, k = {} t[k] = 1 end)

-- assign with a nan key
show(function() local t = {} t[0 / 0] = 1 end)

-- read with a nil key
show(function() local t, k = {} return t[k], t[0 / 0] end)

-- call a local, upvalue, global, field, method
show(function()
  local up
  local _, a = pcall(function() local f f() end)
  local _, b = pcall(function() up() end)
  local _, c = pcall(function() NONE() end)
  local _, d = pcall(function() local o = {} o.f() end)
  local _, e = pcall(function() local o = {} o:m() end)
  local _, f = pcall(function() local o = { a = {} } o.a.b() end)
  local _, g = pcall(function() local o = { a = {} } o.a:m() end)
  local _, h = pcall(function() G = {} G.f() end)
  return a, b, c, d, e, f, g, h
end)

-- call an item, a result, a constant
show(function()
  local _, a = pcall(function() local t = {} t[1]() end)
  local _, b = pcall(function() local t, k = {}, "k" t[k]() end)
  local _, c = pcall(function() local function f() end f()() end)
  local _, d = pcall(function() ("x")() end)
  local _, e = pcall(function() (1)() end)
  local _, f = pcall(function() (nil)() end)
  local _, g = pcall(function() ({})() end)
  local _, h = pcall(function(...) (...)() end)
  return a, b, c, d, e, f, g, h
end)

-- call in an argument, with arguments, as a value
show(function()
  local _, a = pcall(function() local f return 1 + f(2) end)
  local _, b = pcall(function() local o = {} local x = o.f(1, 2, 3) end)
  local _, c = pcall(function() local x = tostring(NONE(1)) end)
  local _, d = pcall(function() local t = { NONE() } end)
  return a, b, c, d
end)

-- method of nil and of a number
show(function()
  local _, a = pcall(function() local o o:m() end)
  local _, b = pcall(function() local n = 1 n:m() end)
  local _, c = pcall(function() NONE:m() end)
  local _, d = pcall(function() local o = {} o.x:m() end)
  local _, e = pcall(function() local function f() end f():m() end)
  return a, b, c, d, e
end)

-- method of a text that is none
show(function() local s = "x" return s:nosuch() .. "" end)

-- arithmetic on each kind of place, left
show(function()
  local up
  local _, a = pcall(function() local n return n + 1 end)
  local _, b = pcall(function() return up - 1 end)
  local _, c = pcall(function() return NONE * 2 end)
  local _, d = pcall(function() local o = {} return o.n / 2 end)
  local _, e = pcall(function() local o = {} return o[1] % 2 end)
  local _, f = pcall(function() local function f() end return f() ^ 2 end)
  return a, b, c, d, e, f
end)

-- arithmetic on each kind of place, right
show(function()
  local up
  local _, a = pcall(function() local n return 1 + n end)
  local _, b = pcall(function() return 1 - up end)
  local _, c = pcall(function() return 2 * NONE end)
  local _, d = pcall(function() local o = {} return 2 / o.n end)
  local _, e = pcall(function() local o, k = {}, "k" return 2 % o[k] end)
  local _, f = pcall(function() local function f() end return 2 ^ f() end)
  return a, b, c, d, e, f
end)

-- arithmetic where both are at fault
show(function()
  local _, a = pcall(function() local x, y return x + y end)
  local _, b = pcall(function() local x, o = nil, {} return o.y - x end)
  local _, c = pcall(function() local x, o = true, {} return x * o end)
  local _, d = pcall(function() return NONE / ALSO end)
  return a, b, c, d
end)

-- arithmetic on tables, true, functions, texts
show(function()
  local _, a = pcall(function() local t = {} return t + 1 end)
  local _, b = pcall(function() local b = true return 1 + b end)
  local _, c = pcall(function() return tostring + 1 end)
  local _, d = pcall(function() local s = "abc" return s + 1 end)
  local _, e = pcall(function() return {} + 1 end)
  local _, f = pcall(function() return "abc" + 1 end)
  return a, b, c, d, e, f
end)

-- arithmetic within arithmetic
show(function()
  local _, a = pcall(function() local a, b, c = 1, 2 return a + b * c end)
  local _, b = pcall(function() local a, b, c = 1, nil, 3 return (a + b) * c end)
  local _, c = pcall(function() local o = { a = 1 } return o.a + o.b + o.c end)
  return a, b, c
end)

-- minus, length of each kind
show(function()
  local up
  local _, a = pcall(function() local n return -n end)
  local _, b = pcall(function() return -up end)
  local _, c = pcall(function() return -NONE end)
  local _, d = pcall(function() local o = {} return -o.n end)
  local _, e = pcall(function() local n return #n end)
  local _, f = pcall(function() return #up end)
  local _, g = pcall(function() return #NONE end)
  local _, h = pcall(function() local o = {} return #o.list end)
  local _, i = pcall(function() local n = 5 return #n end)
  local _, j = pcall(function() return #string.format end)
  return a, b, c, d, e, f, g, h, i, j
end)

-- joining each kind
show(function()
  local up
  local _, a = pcall(function() local n return "a" .. n end)
  local _, b = pcall(function() local n return n .. "a" end)
  local _, c = pcall(function() return "a" .. up end)
  local _, d = pcall(function() return "a" .. NONE .. "b" end)
  local _, e = pcall(function() local o = {} return "a" .. "b" .. o.n end)
  local _, f = pcall(function() local o = {} return o.n .. "a" .. "b" end)
  local _, g = pcall(function() return "a" .. {} end)
  local _, h = pcall(function() local function f() end return "a" .. f() end)
  local _, i = pcall(function() local t = true return 1 .. t end)
  local _, j = pcall(function() local t = {} return "a" .. t[1] end)
  return a, b, c, d, e, f, g, h, i, j
end)

-- joining where two are at fault
show(function() local _, a = pcall(function() local x, y return x .. y end) local _, b = pcall(function() local x, y return "a" .. x .. y .. "b" end) return a, b end)

-- comparison of each pair
show(function()
  local t, f = {}, next
  local _, a = pcall(function() return nil < 1 end)
  local _, b = pcall(function() return 1 < nil end)
  local _, c = pcall(function() return t < 1 end)
  local _, d = pcall(function() return t < t end)
  local _, e = pcall(function() return f <= f end)
  local _, g = pcall(function() return "a" > 1 end)
  local _, h = pcall(function() return true >= 1 end)
  local _, i = pcall(function() return t > "x" end)
  return a, b, c, d, e, g, h, i
end)

-- comparison in a condition
show(function()
  local _, a = pcall(function() local n if n > 1 then return 1 end end)
  local _, b = pcall(function() local n while n <= 1 do return 1 end end)
  local _, c = pcall(function() local n repeat until n >= "x" end)
  local _, d = pcall(function() local n = {} return not (n < 1) end)
  return a, b, c, d
end)

-- lines of an operator in a long expression
show(function()
  local a, b = 1
  return a
    + 2
    + b
    + 3
end)

-- line of a call over several lines
show(function()
  local t = {}
  t.missing(
    1,
    2
  )
end)

-- line of an argument that raises
show(function()
  local o = {}
  tostring(
    o.x.y,
    1
  )
end)

-- line of a chain of fields
show(function()
  local o = { a = {} }
  return o
    .a
    .b
    .c
end)

-- line of a method in a chain
show(function()
  local o = {}
  function o:same() return self end
  return o:same()
    :same()
    :missing()
    :same()
end)

-- line of a value in a constructor
show(function()
  local o = {}
  return {
    a = 1,
    b = o.x.y,
    c = 2,
  }
end)

-- line of a condition
show(function()
  local n
  if 1 > 2 then
    return 1
  elseif
    n > 1
  then
    return 2
  end
end)

-- line of a loop's bounds
show(function()
  local n
  for i = 1, n do
    n = i
  end
end)

-- line of a generic for
show(function()
  local f
  for k in f do
    f = k
  end
end)

-- line of joined texts
show(function()
  local o = {}
  return "a"
    .. "b"
    .. o.name
    .. "c"
end)
