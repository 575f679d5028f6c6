-- The generic for: with one, two, three and more values, with values from calls, with stateful closures.

-- next and a table
show(function() local n = 0 for k, v in next, { 5, 6 } do n = n + v end return n end)

-- next and a table with texts as keys
show(function() local t = { a = 1, b = 2 } local n = 0 for k, v in next, t do n = n + v end return n end)

-- next and a table inside a numeric for
show(function() local n = 0 for i = 1, 2 do for k, v in next, { 5, 6 } do n = n + v end end return n end)

-- next, a table and nil
show(function() local n = 0 for k, v in next, { 5, 6 }, nil do n = n + v end return n end)

-- next, a table and a start
show(function() local n = 0 for k, v in next, { 5, 6, 7 }, 1 do n = n + v end return n end)

-- next, a table, a start and one value too many
show(function()
  local log = ""
  local function late() log = log .. "computed" end
  for k, v in next, { 5 }, nil, late() do log = log .. v end
  return log
end)

-- a closure alone
show(function()
  local i, seen = 0, {}
  for v in function() i = i + 1 if i <= 3 then return i * i end end do seen[#seen + 1] = v end
  return seen
end)

-- a closure alone, after locals that held other values
show(function()
  do local a, b, c, d, e = "a", "b", "c", "d", "e" end
  local seen = {}
  for x in function(state, control) seen[#seen + 1] = tostring(state) .. tostring(control) return #seen < 3 and #seen or nil end do end
  return seen
end)

-- two values, the second may be nil
show(function()
  local seen = {}
  local function it(s, i) i = (i or 0) + 1 if i < 4 then return i, s end end
  for i, s in it, nil do seen[i] = tostring(s) end
  for i, s in it, "s" do seen[i + 3] = s end
  return seen
end)

-- three values of one call
show(function()
  local function range(n) return function(limit, i) if i < limit then return i + 1 end end, n, 0 end
  local s = 0
  for i in range(4) do s = s + i end
  return s
end)

-- two values of one call
show(function()
  local function all(t) return next, t end
  local n = 0
  for k, v in all { 1, 2, 3 } do n = n + v end
  return n
end)

-- one value of one call
show(function()
  local function upto(n) local i = 0 return function() if i < n then i = i + 1 return i end end end
  local s = 0
  for i in upto(4) do s = s + i end
  return s
end)

-- four values of one call
show(function()
  local function four() return function(s, c) if c < 2 then return c + 1, s end end, "s", 0, "ignored" end
  local seen = {}
  for i, s in four() do seen[i] = s end
  return seen
end)

-- a function, then two values of a call
show(function()
  local function rest() return { 7, 8 }, nil end
  local n = 0
  for k, v in next, rest() do n = n + v end
  return n
end)

-- a function and a call that returns nothing
show(function()
  local function none() end
  local seen = {}
  for a in function(s, c) if not c then return tostring(s) .. tostring(c) end end, none() do seen[#seen + 1] = a end
  return seen
end)

-- two calls, of which the first gives one value
show(function()
  local function f() return next, "not this" end
  local function g() return { 9 } end
  local n = 0
  for k, v in f(), g() do n = n + v end
  return n
end)

-- a call in brackets gives one value
show(function()
  local function f() return function(s, c) if not c then return s == nil end end, "state" end
  for v in (f()) do return v end
end)

-- dots as values
show(function(...) local n = 0 for k, v in ... do n = n + v end return n end, next, { 1, 2 })

-- dots behind a function
show(function(...) local n = 0 for k, v in next, ... do n = n + v end return n end, { 3, 4 })

-- pairs given as dots
show(function(...) local n = 0 for k, v in ... do n = n + v end return n end, pairs { 3, 4 })

-- values of a method
show(function()
  local list = { 4, 5, 6 }
  function list:each() return function(t, i) i = i + 1 if t[i] then return i, t[i] end end, self, 0 end
  local n = 0
  for i, v in list:each() do n = n + i * v end
  return n
end)

-- values of a field of a field
show(function()
  local m = { it = { all = ipairs } }
  local n = 0
  for i, v in m.it.all { 1, 2 } do n = n + v end
  return n
end)

-- ipairs stops at the first nil
show(function() local n = 0 for i, v in ipairs { 1, 2, nil, 4 } do n = n + v end return n end)

-- ipairs with one variable
show(function() local n = 0 for i in ipairs { "a", "b", "c" } do n = n + i end return n end)

-- pairs with one variable and none found
show(function() local n = 0 for k in pairs {} do n = n + 1 end return n end)

-- more variables than the iterator gives
show(function()
  local seen = {}
  for a, b, c, d in function(_, c) if not c then return 1, 2 end end do seen = { tostring(a), tostring(b), tostring(c), tostring(d) } end
  return seen
end)

-- fewer variables than the iterator gives
show(function()
  local n = 0
  for a in function(_, c) c = c or 0 if c < 3 then return c + 1, "x", "y", "z" end end do n = n + a end
  return n
end)

-- five variables
show(function()
  local seen
  for a, b, c, d, e in function(_, x) if not x then return 1, 2, 3, 4, 5, 6 end end do seen = { a, b, c, d, e } end
  return seen
end)

-- the first variable false does not end it
show(function()
  local n = 0
  for v in function() n = n + 1 if n < 4 then return false end end do end
  return n
end)

-- the control variable may be changed in the body
show(function()
  local seen = {}
  for i, v in ipairs { "a", "b", "c" } do seen[i] = v i = 10 v = nil end
  return seen
end)

-- the control variable is set to nil in the body
show(function()
  local n = 0
  for k in next, { 1, 2, 3 } do n = n + k k = nil end
  return n
end)

-- the first variable is swapped with the second
show(function()
  local keys = {}
  for k, v in pairs { a = "x" } do k, v = v, k keys[k] = v end
  return keys
end)

-- the table is replaced while the loop runs
show(function()
  local t, n = { 1, 2, 3 }, 0
  for i, v in ipairs(t) do t = {} n = n + v end
  return n, t
end)

-- fields are removed while the loop runs
show(function()
  local t, n = { a = 1, b = 2, c = 3 }, 0
  for k in pairs(t) do t[k] = nil n = n + 1 end
  return n, next(t)
end)

-- break ends it
show(function() local n = 0 for i, v in ipairs { 1, 2, 3, 4 } do if v == 3 then break end n = n + v end return n end)

-- break out of the inner one only
show(function()
  local n = 0
  for i = 1, 3 do for _, v in ipairs { 1, 2, 3 } do if v == i then break end n = n + v end end
  return n
end)

-- return out of two
show(function()
  for i, row in ipairs { { 1, 2 }, { 3, 4 } } do for j, v in ipairs(row) do if v == 3 then return i, j end end end
end)

-- nested over the same table
show(function()
  local t, s = { 1, 2, 3 }, 0
  for _, a in next, t do for _, b in next, t do for _, c in next, t do s = s + a * b * c end end end
  return s
end)

-- nested with the same names
show(function()
  local s = ""
  for i, v in ipairs { "a", "b" } do for i, v in ipairs { v .. "1", v .. "2" } do s = s .. v end s = s .. v .. i end
  return s
end)

-- the values see the outer variables of the same name
show(function() local k, v = { 5, 6 }, 0 for k, v in pairs(k) do v = k + v end return k, v end)

-- one after the other reuse the places of variables
show(function()
  local log = {}
  for k, v in next, { 1 } do log[#log + 1] = v end
  for v in function(_, c) if not c then return "only" end end do log[#log + 1] = v end
  for i, v in ipairs { 2 } do log[#log + 1] = v end
  for k in next, { key = 1 } do log[#log + 1] = k end
  return log
end)

-- closures keep a variable of each round
show(function()
  local fs = {}
  for i, v in ipairs { "a", "b", "c" } do fs[i] = function() v = v .. i return v end end
  return fs[1](), fs[2](), fs[1](), fs[3]()
end)

-- a callable table as iterator
show(function()
  local it = setmetatable({ n = 0 }, { __call = function(self, s, c) self.n = self.n + 1 if self.n < 3 then return self.n, s, c end end })
  local seen = {}
  for n, s, c in it, "state", "start" do seen[#seen + 1] = n .. s .. c end
  return seen
end)

-- gmatch with one and two captures
show(function()
  local t = {}
  for w in ("one two"):gmatch("%a+") do t[#t + 1] = w end
  for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[k] = v end
  return t
end)

-- a coroutine as iterator
show(function()
  local s = 0
  for a, b in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end end) do s = s + a * b end
  return s
end)

-- inside a coroutine with yields in the body
show(function()
  local co = coroutine.wrap(function() for k, v in next, { 7, 8 } do coroutine.yield(k, v) end return "end" end)
  local a, b = co()
  local c, d = co()
  return a, b, c, d, co()
end)

-- in a vararg function after dots were read
show(function(...)
  local a, b = ...
  local n = 0
  for k, v in next, { ... } do n = n + v end
  return a, b, n
end, 1, 2, 3)

-- upvalues as function and state
show(function()
  local f, t = next, { 1, 2, 3 }
  return (function() local n = 0 for _, v in f, t do n = n + v end return n end)()
end)

-- globals as function and state
show(function() F, T = next, { 1, 2, 3 } local n = 0 for _, v in F, T do n = n + v end return n end)

-- fields as function, state and start
show(function() local it = { f = next, s = { 1, 2, 3 }, c = 2 } local n = 0 for _, v in it.f, it.s, it.c do n = n + v end return n end)

-- the expressions are computed once, in order
show(function()
  local log = ""
  local function say(x, v) log = log .. x return v end
  for k, v in say("f", next), say("s", { 1, 2 }), say("c", nil) do log = log .. v end
  return log
end)

-- an iterator that raises
show(function() for v in function() error("no more") end do end end)

-- not a function
show(function() for v in 5 do end end)

-- nil as function, named
show(function() local f for v in f, 1 do end end)

-- while and repeat inside
show(function()
  local n = 0
  for _, v in ipairs { 1, 2, 3 } do
    while v > 0 do v = v - 1 n = n + 1 end
    repeat n = n + 10 until true
  end
  return n
end)

-- sum over rows through a function that returns ipairs
show(function()
  local s = 0
  local function rows(t) return ipairs(t) end
  for _, row in rows { { 1, 2 }, { 3 } } do for _, v in rows(row) do s = s + v end end
  return s
end)
