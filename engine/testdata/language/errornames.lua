-- Names in error words where they are hard to tell: behind and, or, brackets; shadowed, renamed, reused variables.

-- behind or, each operator
show(function()
  local _, a = pcall(function() local a, b return (a or b).x, 1 end)
  local _, b = pcall(function() local a, b (a or b)() end)
  local _, c = pcall(function() local a, b return 1 + (a or b) end)
  local _, d = pcall(function() local a, b return "x" .. (a or b) end)
  local _, e = pcall(function() local a, b return #(a or b) end)
  local _, f = pcall(function() local a, b return -(a and b) end)
  return a, b, c, d, e, f
end)

-- field behind and
show(function() local o = {} return (o and o.b).c, 1 end)

-- field behind or
show(function() local o = {} return (o.a or o.b).c, 1 end)

-- global behind or
show(function() return (NONE or ALSO).c, 1 end)

-- local that got its value by or
show(function() local o = {} local x = o.a or o.b return x.c end)

-- local that got its value from a field
show(function() local o = {} local x = o.a return x.c end)

-- parameter with a default
show(function() local function f(x) x = x or nil return x.y end return f() end)

-- second of two locals of a name
show(function() local a = {} local a return a.x end)

-- second block reuses the place of the first
show(function() do local first = {} first.x = 1 end do local second return second.x end end)

-- loop's variables, numeric and generic
show(function()
  local _, a = pcall(function() for i = 1, 2 do i.x = 1 end end)
  local _, b = pcall(function() for k, v in pairs { a = 1 } do v() end end)
  local _, c = pcall(function() for k, v in pairs { a = 1 } do return k + v end end)
  local _, d = pcall(function() for w in ("a"):gmatch("a") do return w.x.y end end)
  return a, b, c, d
end)

-- upvalue of an upvalue
show(function() local deep return (function() return (function() return deep.x end)() end)() end)

-- parameter kept by a function
show(function() local function f(p) return function() return p.x end end return f(nil)() end)

-- text keys in brackets have names
show(function()
  local t = {}
  local _, a = pcall(function() return t["key"].x end)
  local _, b = pcall(function() t["key"]() end)
  local _, c = pcall(function() return t["key"] + 1 end)
  local _, d = pcall(function() return t["a b"] .. "x" end)
  local _, e = pcall(function() t.a["b"].c = 1 end)
  return a, b, c, d, e
end)

-- other keys have none
show(function()
  local t, k = {}, "k"
  local _, a = pcall(function() return t[true].x end)
  local _, b = pcall(function() t[1.5]() end)
  local _, c = pcall(function() return t[k] + 1 end)
  local _, d = pcall(function() return t[t] .. "x" end)
  local _, e = pcall(function() return t[#t].x end)
  local _, f = pcall(function() local k = "k" return t[k].x end)
  return a, b, c, d, e, f
end)

-- library members
show(function()
  local _, a = pcall(function() return string.none.x end)
  local _, b = pcall(function() string.none() end)
  local _, c = pcall(function() return math.pi.x.y end)
  local _, d = pcall(function() math.pi() end)
  local _, e = pcall(function() return string.format + 1 end)
  local _, f = pcall(function() return "x" .. tostring end)
  local _, g = pcall(function() return string < math end)
  return a, b, c, d, e, f, g
end)

-- through _G
show(function()
  local _, a = pcall(function() return _G.none.x end)
  local _, b = pcall(function() _G.none() end)
  return a, b
end)

-- methods of results, of texts, of fields
show(function()
  local function f() return {} end
  local _, a = pcall(function() f():m() end)
  local _, b = pcall(function() ("x"):m() end)
  local _, c = pcall(function() local o = { s = "x" } o.s:m() end)
  local _, d = pcall(function() local o = { {} } o[1]:m() end)
  local _, e = pcall(function() local s = "x" s.m(s) end)
  return a, b, c, d, e
end)

-- self
show(function()
  local o = {}
  function o:a() return self.x.y end
  function o:b() self.none() end
  function o:c() self:none() end
  function o:d() return self.n + 1 end
  function o:e() return function() return self.n .. "" end end
  local _, a = pcall(o.a, o)
  local _, b = pcall(o.b, o)
  local _, c = pcall(o.c, o)
  local _, d = pcall(o.d, o)
  local _, e = pcall(o:e())
  local _, f = pcall(o.a)
  return a, b, c, d, e, f
end)

-- assignments from what is nil
show(function()
  local _, a = pcall(function() local a, b = 1 a, b = b.x, a end)
  local _, b = pcall(function() local t = {} t.x, t.y = t.z.w, 1 end)
  local _, c = pcall(function() local t t.x, t = 1, {} end)
  local _, d = pcall(function() local a a = a.b.c end)
  local _, e = pcall(function() local x = 1 x = x .. NONE end)
  return a, b, c, d, e
end)

-- operands that are constants
show(function()
  local _, a = pcall(function() return 1 + nil end)
  local _, b = pcall(function() return true * 2 end)
  local _, c = pcall(function() return "a" .. nil end)
  local _, d = pcall(function() return #nil end)
  local _, e = pcall(function() return 1 < "x" end)
  local _, f = pcall(function() return "a" + 1 end)
  local _, g = pcall(function() return -"a" end)
  local _, h = pcall(function() return {} .. "x" end)
  return a, b, c, d, e, f, g, h
end)

-- operands that are functions and calls
show(function()
  local function none() end
  local _, a = pcall(function() return none + 1 end)
  local _, b = pcall(function() return none() + 1 end)
  local _, c = pcall(function() return 1 .. none() end)
  local _, d = pcall(function() return none() < 1 end)
  local _, e = pcall(function() return (function() end) + 1 end)
  local _, f = pcall(function() return #none() end)
  return a, b, c, d, e, f
end)

-- dots
show(function()
  local _, a = pcall(function(...) return ... + 1 end)
  local _, b = pcall(function(...) return "x" .. ... end)
  local _, c = pcall(function(...) return (...)() end, 1)
  local _, d = pcall(function(...) local x = ... return x.y end)
  local _, e = pcall(function(...) return arg.n.x end)
  return a, b, c, d, e
end)

-- the left operand is right, the right one wrong
show(function()
  local n, s = 1, "x"
  local _, a = pcall(function() return n + s end)
  local _, b = pcall(function() return "1" + s end)
  local _, c = pcall(function() return s + n end)
  local _, d = pcall(function() return n .. s .. NONE end)
  return a, b, c, d
end)

-- chains of fields, the one that fails
show(function()
  local o = { a = { b = {} } }
  local _, a = pcall(function() return o.a.b.c.d end)
  local _, b = pcall(function() return o.a.x.c.d end)
  local _, c = pcall(function() return o.x.b.c.d end)
  local _, d = pcall(function() o.a.b.c() end)
  local _, e = pcall(function() o.a.b:c() end)
  local _, f = pcall(function() return o.a.b.c + 1 end)
  return a, b, c, d, e, f
end)

-- names that are long or odd
show(function()
  local _, a = pcall(function() return a_very_long_name_of_a_variable_that_goes_on_and_on_for_more_than_sixty_signs.x end)
  local _, b = pcall(function() local _ return _.x end)
  local _, c = pcall(function() local t = {} return t[""].x end)
  local _, d = pcall(function() local t = {} return t["名"].x end)
  return a, b, c, d
end)

-- in a coroutine
show(function()
  local co = coroutine.wrap(function(p)
    local _, a = pcall(function() return p.x end)
    local q = coroutine.yield(a)
    return q.y
  end)
  local a = co()
  local _, b = pcall(co)
  return a, b
end)

-- in a vararg function
show(function(...)
  local a, b = ...
  local _, e = pcall(function(c, ...) c = c or b return c.x end, ...)
  return e, pcall(function() return b.x end)
end)

-- sorting and other callbacks
show(function()
  local _, a = pcall(table.sort, { 1, 2, 3 }, function(x, y) return x.v < y.v end)
  local _, b = pcall(string.gsub, "a", "a", function(m) return m.x.y end)
  local _, c = pcall(function() for k in function() return NONE.x end do end end)
  return a, b, c
end)
