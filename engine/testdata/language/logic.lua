-- and, or, not and comparisons as values: into declared variables, parameters, upvalues, fields, arguments, returns.

-- not x and y into a declared local
show(function() local vip, banned = "old", true vip = not banned and "vip" return vip end)

-- field and constant into a declared local
show(function() local x, t = "old", { k = false } x = t.k and 5 return x end)

-- call and constant into a declared local
show(function() local f = function() return false end local x = "old" x = f() and 5 return x end)

-- not of a comparison and a constant
show(function() local x, a, b = "old", 1, 1 x = not (a == b) and 5 return x end)

-- two nots
show(function() local x, y, z = "old", true, true x = not y and not z return x end)

-- a local that is an operand of its own
show(function() local all = true for i = 1, 3 do all = not (i == 2) and all end return all end)

-- into a parameter
show(function()
  local function g(open, closed) open = not closed and "open" return open end
  return g("maybe", true), g("maybe", false)
end)

-- or before and, with itself at the end
show(function() local x, a, b = "old", 1, 2 x = (a or b) and x return x end)

-- three in a row
show(function() local x, a, b = "old", true, true x = b and not a and "c" return x end)

-- nil or default
show(function() local x x = x or "default" return x end)

-- false or default
show(function() local x = false x = x or "default" return x end)

-- value or default
show(function() local x = 0 x = x or "default" return x end)

-- and of itself
show(function() local x = "a" x = x and x .. "b" return x end)

-- and of itself when nil
show(function() local x x = x and x .. "b" return x end)

-- into an upvalue
show(function()
  local up = "old"
  local function set(c) up = c and "yes" end
  set(false) local first = up
  set(nil) local second = up
  set(1)
  return first, second, up
end)

-- into a global
show(function() G = "old" local c = false G = c and 1 local first = G G = c or 2 return first, G end)

-- into a field
show(function() local t, c = { x = "old" }, nil t.x = c and 1 local first = t.x t.x = c or "d" return first, t.x end)

-- into an item by a computed key
show(function() local t, k, c = { "old" }, 1, false t[k] = c and 1 return t[1] end)

-- key that is an expression of and and or
show(function() local t, c = {}, false t[c and "a" or "b"] = 1 t[not c and "c" or "d"] = 2 return t end)

-- as argument of a call
show(function() local c = false return select("#", c and 1, c or 2), tostring(c and 1), tostring(c or nil) end)

-- as return value
show(function()
  local function f(a, b) return a and b end
  local function g(a, b) return a or b end
  local r = {}
  for i, a in ipairs { 0, false, "" } do r[i] = tostring(f(a, "b")) .. tostring(g(a, "c")) end
  return r, f(nil, 1), g(nil, nil), f(1, nil), g(false, nil)
end)

-- in a constructor
show(function() local c, d = false, true return { c and 1, d and 2, x = c or 3, [d and "y" or "z"] = not c } end)

-- ternary with a truthy middle
show(function() local t = {} for i = 1, 4 do t[i] = i % 2 == 0 and "even" or "odd" end return t end)

-- ternary with a false middle falls through
show(function() local c = true return c and false or "fell through", c and nil or "fell too" end)

-- comparison as a value, all six
show(function() local a, b = 1, 2 return a < b, a <= b, a > b, a >= b, a == b, a ~= b end)

-- comparison into a declared local
show(function() local x, a = "old", 3 x = a > 5 local y = x x = a < 5 return y, x end)

-- comparison with a constant on each side
show(function() local a = 3 local x, y = 1, 1 x = 3 == a y = a ~= 3 return x, y, "a" < "b", 2 < 1 end)

-- comparison and value
show(function() local x, n = "old", 5 x = n > 9 and "big" local y = x x = n > 3 and "big" return y, x end)

-- comparison or comparison
show(function() local x, n = "old", 5 x = n < 3 or n > 9 local y = x x = n < 3 or n > 4 return y, x end)

-- not of a comparison
show(function() local x, a = "old", 1 x = not (a < 2) local y = x x = not (a == 2) return y, x end)

-- not of and, not of or
show(function() local a, b = true, false return not (a and b), not (a or b), not not a, not not nil end)

-- not of constants
show(function() return not nil, not false, not true, not 0, not "", not not 1 end)

-- constants in and
show(function() local x = "x" return nil and x, false and x, true and x, 0 and x, "" and x end)

-- constants in or
show(function() local x = "x" return nil or x, false or x, true or x, 0 or x, "" or x end)

-- constants at the end
show(function() local t, n = true, nil return t and nil, t and false, n or nil, n or false, n and true, t or true end)

-- constants into a declared local
show(function()
  local x, r = "old", {}
  x = nil and 1 r[1] = tostring(x)
  x = false or nil r[2] = tostring(x)
  x = true and x r[3] = tostring(x)
  x = 1 and nil or false r[4] = tostring(x)
  x = (nil or "t") and false r[5] = tostring(x)
  return r
end)

-- what is not needed is not computed
show(function()
  local log = ""
  local function f(x, v) log = log .. x return v end
  local x = f("a", false) and f("b", 1)
  x = f("c", 1) or f("d", 1)
  x = f("e", nil) and f("f") or f("g", 5)
  x = (f("h", 1) or f("i")) and (f("j", false) or f("k", 6))
  return x, log
end)

-- long chain of and
show(function() local a, b, c, d, e = 1, 2, 3, 4, 5 local x = a and b and c and d and e x = x and nil and a return x, a and b and c end)

-- long chain of or
show(function() local a, b, c local x = "old" x = a or b or c or false or nil or "last" return x end)

-- and within or within and
show(function()
  local r = {}
  for i = 0, 7 do
    local a, b, c = i % 2 == 1, i % 4 > 1, i > 3
    local x = "old"
    x = a and (b or c) or (not a and (b and c))
    r[i + 1] = tostring(x)
  end
  return table.concat(r, " ")
end)

-- all of eight combinations, values kept
show(function()
  local r = {}
  for _, a in ipairs { "a", false } do
    for _, b in ipairs { "b", false } do
      for _, c in ipairs { "c", false } do
        r[#r + 1] = tostring(a and b or c) .. tostring(a or b and c) .. tostring((a or b) and c) .. tostring(not a or b and c)
      end
    end
  end
  return table.concat(r, " ")
end)

-- brackets around one side
show(function() local a, b, c = nil, 2, 3 return (a or b) and c, a or (b and c), (a and b) or c, a and (b or c) end)

-- call at the end gives one value in and
show(function() local function f() return 1, 2 end return true and f(), "next" end)

-- call at the very end gives one value in and
show(function() local function f() return 1, 2 end return true and f() end)

-- call at the very end gives one value in or
show(function() local function f() return 1, 2 end local t = { nil or f() } return #t, nil or f() end)

-- dots in and and or
show(function(...) local x = "old" x = ... and "some" local y = (...) or "none" return x, y, ... or 1, ... and 2 end, nil, 5)

-- in a method, on fields of self
show(function()
  local o = { on = true, name = "o" }
  function o:state() self.off = not self.on and self.name self.both = self.on and self.off return self.off, self.both end
  return o:state()
end)

-- in the condition of if
show(function()
  local r, a, b, c = {}, 1, nil, false
  if a and b then r[1] = 1 else r[1] = 0 end
  if a or b then r[2] = 1 else r[2] = 0 end
  if not a or not b and c == false then r[3] = 1 else r[3] = 0 end
  if not (a and not b) then r[4] = 1 else r[4] = 0 end
  if (a or b) and (b or c) then r[5] = 1 elseif (a and c) == false then r[5] = 2 end
  return r
end)

-- in the condition of while and until
show(function()
  local i, j = 0, 0
  while i < 5 and not (i == 3) or i == 4 do i = i + 1 end
  repeat j = j + 1 until j > 9 or j > 2 and i == 3
  return i, j
end)

-- condition on comparisons with side effects
show(function()
  local n = 0
  local function next_n() n = n + 1 return n end
  local x = "old"
  x = next_n() > 1 and next_n() < 9
  x = x or next_n() == 2 and next_n()
  return x, n
end)

-- a local that is stored into inside its own expression
show(function()
  local x = "old"
  local function set(v) x = v return nil end
  x = set("inner") or x
  local y = x
  x = "old"
  x = x and set("inner") or x
  return y, x
end)

-- operands are functions and tables
show(function() local f = false and function() end or function() return "called" end local t = nil or {} return f(), t end)

-- operator precedence of comparison, and, or, not
show(function() return 1 < 2 == true, not 1 == 2, not (1 == 2), 1 == 1 and 2 == 3 or "x", nil == false or "y" end)

-- arithmetic on the result
show(function() local a, b = nil, 4 return (a or 1) + (b and 2), (a or b) * 2, -(a or b), #(a or "abc") end)

-- text joined with the result
show(function() local a, name = nil, "B" return "a" .. (a or "") .. (name and "!" or "?"), (a and "x" or "y") .. "z" end)

-- result is called and indexed
show(function()
  local f, t = nil, { x = { y = 5 } }
  return (f or tostring)(12), (t and t.x).y, (t.none or { z = 1 }).z, (f or { m = function(_, v) return v end }):m(7)
end)

-- into several targets at once
show(function()
  local a, b, c = "a", false, nil
  a, b, c = a and b, b or a, c == nil and a
  return a, b, c
end)

-- several assignment of constants in and
show(function() local a, b, c = 1, 2, 3 a, b, c = nil and 1, false or nil, true and a return a, b, c end)

-- upvalue, global and field as operands
show(function()
  local up, t = false, { f = nil, g = "g" }
  G = nil
  return (function()
    local x = "old"
    x = up or G or t.f or t.g
    local y = "old"
    y = t.g and up
    return x, y, G and up, up and G
  end)()
end)

-- equality with nil, true and texts as constants
show(function()
  local n, t, s = nil, true, "s"
  local x, y, z = 1, 1, 1
  x = n == nil y = t == true and s == "s" z = t ~= false and n
  return x, y, z, nil == n, "s" ~= s, true == t
end)

-- in a coroutine, yields as operands
show(function()
  local co = coroutine.wrap(function(x)
    x = coroutine.yield("one") and coroutine.yield("two") or coroutine.yield("three")
    return x
  end)
  return co("start"), co(true), co(false), co("end")
end)

-- numeric for with an expression of and and or as bound
show(function(n) local s = 0 for i = n and n or 1, n and 9 or 3, n and 1 or 1 do s = s + i end return s end)

-- generic for over t or {}
show(function() local t, n = nil, 0 for _ in pairs(t or {}) do n = n + 1 end for _, v in ipairs(t or { 4, 5 }) do n = n + v end return n end)

-- not into every kind of place
show(function()
  local l, t, u = true, { f = true }, true
  G = true
  l = not l t.f = not t.f G = not G t[1] = not t[1];
  (function() u = not u end)()
  return l, t.f, G, t[1], u
end)
