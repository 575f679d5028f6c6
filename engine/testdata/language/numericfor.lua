-- The numeric for: texts as bounds, fractions, steps, loops that do not run.

-- texts from captures
show(function() local from, to = ("1-3"):match("(%d)-(%d)") local n = 0 for i = from, to do n = n + i end return n end)

-- text as limit
show(function() local n = 0 for i = 1, "3" do n = n + i end return n end)

-- texts everywhere
show(function() local t = {} for i = "1", "10", "4" do t[#t + 1] = i end return t, type(t[1]) end)

-- texts with leading zeros, blanks, hexadecimal
show(function() local t = {} for i = "08", " 0x0A " do t[#t + 1] = i end return t end)

-- texts from fields, upvalues, globals, calls
show(function()
  local o, u = { from = "2" }, "8"
  G = "3"
  local function step() return G end
  return (function() local s = 0 for i = o.from, u, step() do s = s + i end return s end)()
end)

-- text as step downwards
show(function() local t = {} for i = 3, 1, "-1" do t[#t + 1] = i end return t end)

-- text that is no number as first bound
show(function() for i = "a", 2 do end end)

-- text that is no number as limit
show(function() local limit = "b" for i = 1, limit do end end)

-- text that is no number as step
show(function() for i = 1, 2, "c" do end end)

-- nil as first bound, limit and step
show(function()
  local a, b, c = pcall(function() local n for i = n, 2 do end end)
  local d, e = pcall(function() local n for i = 1, n do end end)
  local f, g = pcall(function() local n for i = 1, 2, n do end end)
  return a, b, c, d, e, f, g
end)

-- tables as bounds
show(function() for i = {}, {} do end end)

-- true as limit
show(function() for i = 1, true do end end)

-- upwards
show(function() local t = {} for i = 1, 5 do t[i] = i end return t end)

-- upwards by two
show(function() local t = {} for i = 1, 6, 2 do t[#t + 1] = i end return t end)

-- downwards
show(function() local t = {} for i = 5, 1, -1 do t[#t + 1] = i end return t end)

-- downwards by three
show(function() local t = {} for i = 10, 0, -3 do t[#t + 1] = i end return t end)

-- never, upwards and downwards
show(function() local n = 0 for i = 2, 1 do n = n + 1 end for i = 1, 2, -1 do n = n + 10 end for i = 1, 0.5 do n = n + 100 end return n end)

-- once
show(function() local n = 0 for i = 3, 3 do n = n + 1 end for i = 3, 3, -1 do n = n + 10 end for i = 3, 5, 10 do n = n + 100 end return n end)

-- step zero runs never or for ever
show(function() local n = 0 for i = 2, 1, 0 do n = n + 1 if n > 5 then break end end return n end)

-- step zero downwards
show(function() local n = 0 for i = 1, 2, 0 do n = n + 1 if n > 5 then break end end return n end)

-- fractions as steps
show(function() local t = {} for x = 0, 1, 0.25 do t[#t + 1] = x end return t end)

-- a tenth as step
show(function() local n, last = 0 for x = 0, 1, 0.1 do n, last = n + 1, x end return n, last end)

-- fractions as bounds
show(function() local t = {} for i = 0.5, 3 do t[#t + 1] = i end for i = 1.5, -1.5, -1.5 do t[#t + 1] = i end return t end)

-- negative bounds
show(function() local t = {} for i = -2, 2 do t[#t + 1] = i end for i = -1, -3, -1 do t[#t + 1] = i end return t end)

-- infinite limit with break
show(function() local n = 0 for i = 1, math.huge do n = n + i if i == 4 then break end end return n end)

-- infinite limits that are never met
show(function() local n = 0 for i = 1, -math.huge do n = n + 1 end for i = math.huge, 1 do n = n + 10 end return n end)

-- nan as a bound
show(function() local n, nan = 0, 0 / 0 for i = nan, 3 do n = n + 1 end for i = 1, nan do n = n + 10 end for i = 1, 3, nan do n = n + 100 end return n end)

-- large numbers
show(function() local n = 0 for i = 2 ^ 52, 2 ^ 52 + 3 do n = n + 1 end for i = 1e15, 1e15 + 2 do n = n + 10 end return n end)

-- the variable is changed in the body
show(function() local t = {} for i = 1, 3 do t[#t + 1] = i i = i * 10 t[#t + 1] = i end return t end)

-- the variable set to a text and to nil in the body
show(function() local n = 0 for i = 1, 3 do n = n + i i = "text" end for i = 1, 3 do n = n + i i = nil end return n end)

-- the limit is changed in the body
show(function() local n, m = 0, 3 for i = 1, m do m = 10 n = n + 1 end return n, m end)

-- the table whose length is the limit grows
show(function() local t = { 1, 2, 3 } for i = 1, #t do t[#t + 1] = i end return t end)

-- the variable hides an outer one
show(function() local i = "outer" for i = 1, 2 do end return i end)

-- the bounds see the outer variable of the same name
show(function() local i, n = 3, 0 for i = i, i + 2 do n = n + i end return n, i end)

-- bounds are computed once, in order
show(function() local log = "" local function f(x) log = log .. x return x end for i = f(1), f(3), f(2) do log = log .. "." end return log end)

-- bounds from calls of many values
show(function() local function f() return 2, 9, 9 end local n = 0 for i = f(), f() + 2, (f()) do n = n + i end return n end)

-- bounds that are the length, arithmetic, logic
show(function(max) local n = 0 for i = 1, #"abc" do n = n + 1 end for i = 1 + 1, 2 * 2 do n = n + 10 end for i = max or 1, max and 9 or 2 do n = n + 100 end return n end)

-- nested, with the outer variable as bound
show(function() local n = 0 for i = 1, 4 do for j = i, 4 do n = n + j end end return n end)

-- nested downwards and upwards
show(function() local s = "" for i = 2, 1, -1 do for j = 1, i do s = s .. i .. j .. " " end end return s end)

-- break and the value kept
show(function() local found for i = 1, 10 do if i * i > 20 then found = i break end end return found end)

-- return from inside
show(function() for i = 1, 10 do for j = 1, 10 do if i * j == 42 then return i, j end end end end)

-- in a coroutine
show(function() local co = coroutine.wrap(function(a, b) for i = a, b do coroutine.yield(i) end end) return co("4", "5"), co(), co() end)

-- in a vararg function with dots as bounds
show(function(...) local n = 0 for i = ..., select("#", ...) do n = n + i end return n end, 2, 0, 0)

-- in a method with fields as bounds
show(function() local o = { lo = 1, hi = "3" } function o:sum() local s = 0 for i = self.lo, self.hi do s = s + i end return s end return o:sum() end)

-- with metatables that would add
show(function() local t = setmetatable({}, { __add = function() return 1 end, __lt = function() return true end }) for i = t, 3 do end end)

-- body that raises
show(function() for i = 1, 3 do if i == 2 then error("at " .. i) end end end)

-- variables after the loop are new
show(function() for i = 1, 3 do local x = i end local a, b, c, d return a, b, c, d end)

-- a thousand rounds
show(function() local n = 0 for i = 1, 1000 do n = n + i end for i = 1000, 1, -1 do n = n - i end return n end)

-- a library's name hidden, whose result is a text
show(function() local math, n = { max = function() return "3" end }, 0 for i = 1, math.max(1, 2) do n = n + i end return n end)

-- select hidden by a local, whose result is a text
show(function() local select, n = function() return "3" end, 0 for i = 1, select("#", 1) do n = n + i end return n end)

-- a local that was a number and became a text
show(function() local n, from = 0, 1 local to = 2 to = "3" for i = from, to do n = n + i end return n end)

-- a local that a closure makes a text
show(function() local n, to = 0, 2 local function set() to = "4" end set() for i = 1, to do n = n + i end return n end)

-- a local that a later closure makes a text
show(function() local n, to = 0, 2 for round = 1, 2 do for i = 1, to do n = n + i end local function set() to = "4" end set() end return n end)

-- a local that several assignment makes a text
show(function() local n, from, to = 0, 1, 2 from, to = to, "3" for i = from, to do n = n + i end return n end)

-- a local that a function statement makes a function
show(function() local to = 2 function to() end for i = 1, to do end end)

-- a loop's variable that the body makes a text, as an inner bound
show(function() local n = 0 for i = 1, 2 do i = i .. "" for j = 1, i do n = n + 1 end end return n end)

-- bounds by library functions that give numbers and nothing
show(function() local n = 0 for i = math.floor(1.5), math.max(2, 3) do n = n + i end for i = 1, ("abc"):len() do n = n + 10 end for i = 1, select("#", n, n) do n = n + 100 end return n end)

-- bound by tonumber that gives nil
show(function() for i = 1, tonumber("x") do end end)

-- bound by a function that gives nothing
show(function() local function none() end for i = 1, none() do end end)

-- bound by string.byte that gives nothing
show(function() for i = 1, string.byte("") do end end)

-- bound by string.find that gives nothing
show(function() for i = ("abc"):find("x"), 3 do end end)

-- bounds whose metamethods give texts
show(function()
  local t, n = setmetatable({}, { __add = function() return "3" end, __unm = function() return "2" end }), 0
  for i = 1, t + 1 do n = n + i end
  for i = -t, 3 do n = n + 10 end
  local to = t + 1
  for i = 1, to do n = n + 100 end
  return n
end)
