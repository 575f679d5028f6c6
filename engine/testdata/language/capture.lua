-- Locals that closures keep: past break, return and the end of a block, one for each round, shared, and of outer ones.

-- break out of a block whose local a closure keeps
show(function() local f while true do local x = 1 f = function() return x end break end local y, z, w = 7, 8, 9 return f() end)

-- break behind a condition
show(function()
  local f
  for i = 1, 5 do local x = i * 10 if i == 3 then f = function() return x end break end end
  local a, b, c, d, e, g = 1, 2, 3, 4, 5, 6
  return f()
end)

-- break out of two blocks, both with kept locals
show(function()
  local f, g
  while true do
    local a = "a"
    f = function() a = a .. "!" return a end
    do local b = "b" g = function() b = b .. a return b end break end
  end
  local p, q, r, s = 1, 2, 3, 4
  return f(), g(), f(), p, q, r, s
end)

-- break out of repeat
show(function()
  local f
  repeat local x = "x" f = function() return x end if x then break end until false
  local a, b, c = 1, 2, 3
  return f(), a, b, c
end)

-- break out of a generic for keeps the loop's variables
show(function()
  local f
  for k, v in pairs { key = "value" } do f = function() return k, v end break end
  local a, b, c, d, e, g = 1, 2, 3, 4, 5, 6
  return f()
end)

-- break out of a numeric for keeps the loop's variable
show(function() local f for i = 5, 9 do f = function() return i end break end local a, b, c, d = 1, 2, 3, 4 return f() end)

-- return out of a loop
show(function()
  local function make() for i = 1, 3 do local x = i if i == 2 then return function() x = x + 1 return x end end end end
  local f = make()
  return f(), f(), make()()
end)

-- return of a closure and a change after it was made
show(function()
  local function make() local x = 1 local function get() return x end x = 2 return get, x end
  local get, x = make()
  return get(), x
end)

-- end of a do block
show(function() local f do local x = "kept" f = function() return x end end local y = "other" return f(), y end)

-- end of an if block
show(function()
  local f
  if true then local x = "kept" f = function() return x end end
  local y = "other"
  if y then local z = "third" return f(), y, z end
end)

-- end of each arm
show(function()
  local fs = {}
  for i = 1, 3 do
    if i == 1 then local x = "one" fs[i] = function() return x end
    elseif i == 2 then local x = "two" fs[i] = function() return x end
    else local x = "three" fs[i] = function() return x end end
  end
  return fs[1](), fs[2](), fs[3]()
end)

-- numeric for: a variable for each round
show(function() local fs = {} for i = 1, 3 do fs[i] = function() i = i + 10 return i end end return fs[1](), fs[1](), fs[2](), fs[3]() end)

-- generic for: variables for each round
show(function() local fs = {} for i, v in ipairs { "a", "b" } do fs[i] = function() v = v .. i return v end end return fs[1](), fs[2](), fs[1]() end)

-- while: a local for each round
show(function() local fs, n = {}, 0 while n < 3 do n = n + 1 local x = n fs[n] = function() x = x * 2 return x end end return fs[1](), fs[2](), fs[3](), fs[3]() end)

-- repeat: a local for each round
show(function() local fs, n = {}, 0 repeat n = n + 1 local x = n fs[n] = function() return x + n end until n == 3 return fs[1](), fs[2](), fs[3]() end)

-- until sees a local of the body
show(function() local n = 0 repeat n = n + 1 local done = n >= 3 until done return n end)

-- until sees a captured local of the body
show(function() local fs, n = {}, 0 repeat n = n + 1 local x = n fs[n] = function() return x end until x >= 3 return fs[1](), fs[2](), fs[3]() end)

-- until calls the closure over the body's local
show(function() local n, seen = 0, {} repeat n = n + 1 local x = n local function f() return x end seen[n] = f until f() == 3 return seen[1](), seen[2](), seen[3]() end)

-- until makes a closure over the body's local
show(function()
  local fs, n = {}, 0
  local function keep(f) fs[#fs + 1] = f return #fs == 3 end
  repeat n = n + 1 local x = n * n until keep(function() return x end)
  return fs[1](), fs[2](), fs[3]()
end)

-- until changes the body's local through the closure
show(function()
  local get
  repeat local x = 1 local function set(v) x = v return v end get = function() return x end until set(5)
  return get()
end)

-- repeat with break and captured local, until sees it
show(function()
  local fs, n = {}, 0
  repeat
    n = n + 1
    local x = n
    fs[n] = function() return x end
    if n == 5 then break end
    local y = x * 2
  until y > 100
  return fs[1](), fs[5](), #fs
end)

-- while with a condition that reads what closures change
show(function() local n = 0 local function inc() n = n + 1 end while n < 5 do inc() end return n end)

-- two closures share a variable
show(function() local x = 0 local function inc() x = x + 1 end local function get() return x end inc() inc() return get(), x end)

-- closures of different calls do not share
show(function()
  local function counter() local n = 0 return function() n = n + 1 return n end end
  local a, b = counter(), counter()
  return a(), a(), b(), a()
end)

-- shared after the block has ended
show(function()
  local inc, get
  do local x = 10 inc = function() x = x + 1 end get = function() return x end end
  local other = "other"
  inc() inc()
  return get(), other
end)

-- closure and the function itself share while it runs
show(function() local x = 1 local f = function() x = x + 1 end f() x = x * 10 f() return x end)

-- upvalue of an upvalue
show(function() local x = 1 local function a() local function b() local function c() x = x + 1 return x end return c() end return b() end return a(), a(), x end)

-- upvalue of an upvalue, made after the outer one ended
show(function()
  local function outer() local x = "x" return function() return function() x = x .. "+" return x end end end
  local mid = outer()
  local in1, in2 = mid(), mid()
  return in1(), in2(), in1()
end)

-- parameters are kept
show(function() local function f(a, b) return function() a, b = b, a return a, b end end local g = f(1, 2) g() return g() end)

-- parameters of a vararg function are kept
show(function() local function f(a, ...) local n = select("#", ...) return function() a = a + n return a end end local g = f(1, 2, 3) g() return g() end)

-- self is kept
show(function() local o = { n = 1 } function o:adder() return function(k) self.n = self.n + k return self.n end end local add = o:adder() add(2) return add(3), o.n end)

-- local function is kept and replaced
show(function() local function f() return "old" end local function g() return f() end local a = g() f = function() return "new" end return a, g() end)

-- shadowed names are different variables
show(function()
  local fs, x = {}, 1
  fs[1] = function() return x end
  local x = 2
  fs[2] = function() return x end
  do local x = 3 fs[3] = function() return x end end
  x = 20
  return fs[1](), fs[2](), fs[3]()
end)

-- the same local captured in two places of a chain
show(function()
  local x = 0
  local function a() x = x + 1 return function() x = x + 10 return x end end
  local b = a()
  return b(), a()(), x
end)

-- inner loop's variables captured inside the outer one
show(function()
  local fs = {}
  for i = 1, 2 do for j = 1, 2 do fs[#fs + 1] = function() i, j = i + 1, j + 1 return i * 10 + j end end end
  return fs[1](), fs[1](), fs[2](), fs[3](), fs[4]()
end)

-- a loop's variable shared by two closures of a round
show(function()
  local get, set = {}, {}
  for i = 1, 2 do get[i] = function() return i end set[i] = function(v) i = v end end
  set[1]("changed")
  return get[1](), get[2]()
end)

-- the body changes the captured variable, the loop does not see it
show(function() local fs, n = {}, 0 for i = 1, 3 do fs[i] = function() return i end i = i * 100 n = n + 1 end return fs[1](), fs[2](), fs[3](), n end)

-- a local declared without value in a loop is new each round
show(function() local fs = {} for i = 1, 2 do local x fs[i] = function() x = (x or 0) + 1 return x end end fs[1]() return fs[1](), fs[2]() end)

-- a closure in the condition
show(function() local n = 3 local x = "a" while (function() n = n - 1 return n > 0 end)() do x = x .. n end return x, n end)

-- a closure in the bounds of a loop
show(function() local a, s = 2, 0 for i = (function() return a end)(), (function() a = 5 return a end)() do s = s + i end return s, a end)

-- an error leaves the closure's variable alone
show(function()
  local n = 0
  local function add() n = n + 1 end
  add() pcall(error, "x") add() pcall(function() local y return y.z end) add()
  return n
end)

-- an error out of a block whose local is kept
show(function()
  local f
  local ok = pcall(function() local x = "before" f = function() return x end x = "after" error("stop") end)
  local a, b, c = 1, 2, 3
  return ok, f(), a, b, c
end)

-- variables kept while a coroutine waits
show(function()
  local get
  local co = coroutine.wrap(function() local x = 1 get = function() return x end coroutine.yield() x = x + 1 coroutine.yield() x = x + 10 end)
  co() local a = get() co() local b = get() co()
  return a, b, get()
end)

-- variables of a coroutine kept after its end
show(function()
  local co = coroutine.wrap(function() local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end coroutine.yield() end return fs end)
  co() co() co()
  local fs = co()
  return fs[1](), fs[1](), fs[3]()
end)

-- break with a kept local inside a coroutine
show(function()
  local co = coroutine.wrap(function()
    local f
    while true do local x = coroutine.yield("ready") f = function() return x end break end
    local y = coroutine.yield("broken")
    return f(), y
  end)
  return co(), co("x"), co("y")
end)

-- sixty upvalues' sum from one function
show(function()
  local a, b, c, d, e, f, g, h, i, j = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  local k, l, m, n, o, p, q, r, s, t = 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
  local function sum() return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t end
  a, t = 100, 200
  return sum()
end)

-- counter in a field, made by a constructor
show(function()
  local function new() local n = 0 return { inc = function() n = n + 1 return n end, get = function() return n end } end
  local a, b = new(), new()
  a.inc() a.inc() b.inc()
  return a.get(), b.get()
end)

-- recursion: each call has its own variable
show(function()
  local fs = {}
  local function rec(n) local x = n fs[n] = function() x = x + 1 return x end if n > 1 then rec(n - 1) end x = x * 10 end
  rec(3)
  return fs[1](), fs[2](), fs[3]()
end)

-- nested breaks, the kept locals of each loop
show(function()
  local fs = {}
  for i = 1, 3 do
    local x = "x" .. i
    for j = 1, 3 do local y = "y" .. j if j == 2 then fs[#fs + 1] = function() return x .. y end break end end
    local z = "z" .. i
    if i == 2 then fs[#fs + 1] = function() return z .. x end break end
  end
  local a, b, c, d, e, f, g = 1, 2, 3, 4, 5, 6, 7
  return fs[1](), fs[2](), fs[3](), #fs
end)

-- memoised function through its own upvalue
show(function()
  local memo = {}
  local function fib(n) if n < 2 then return n end local v = memo[n] if not v then v = fib(n - 1) + fib(n - 2) memo[n] = v end return v end
  return fib(40)
end)

-- assignment into an upvalue from a loop that breaks
show(function()
  local found
  local function find(t, want) for i, v in ipairs(t) do if v == want then found = i break end end return found end
  return find({ "a", "b", "c" }, "b"), find({}, "x"), found
end)

-- break out of do in while, the kept local is the inner block's
show(function() local f while true do do local x = 1 f = function() return x end break end end local y, z, w = 7, 8, 9 return f(), y, z, w end)

-- break out of if in while, the kept local is the arm's
show(function() local f while true do if not f then local x = "x" f = function() x = x .. "!" return x end break end end local y, z, w = 7, 8, 9 f() return f(), y, z, w end)

-- break out of else in repeat, the kept local is the arm's
show(function() local f, n = nil, 0 repeat n = n + 1 if n < 2 then n = 5 else local x = n f = function() return x end break end until false local y, z, w = 7, 8, 9 return f(), y, z, w end)

-- break out of do in a numeric for, the kept local is the inner block's
show(function() local f for i = 1, 3 do do local x = i * 10 f = function() return x end if i == 2 then break end end end local a, b, c, d, e, g = 1, 2, 3, 4, 5, 6 return f(), a, b, c, d, e, g end)

-- break out of two blocks in a generic for, the kept locals are theirs
show(function()
  local f, g
  for k, v in pairs { key = "value" } do
    do local x = k f = function() return x end do local y = v g = function() return y .. x end break end end
  end
  local a, b, c, d, e, h, i = 1, 2, 3, 4, 5, 6, 7
  return f(), g(), a, b, c, d, e, h, i
end)

-- break in the inner block with a change after it is made
show(function() local get, set while true do do local x = 1 get, set = function() return x end, function(v) x = v end x = 2 break end end local y, z, w = 7, 8, 9 set(3) return get(), y, z, w end)

-- return out of an inner block of a loop
show(function() local function make() while true do do local x = 1 return function() x = x + 1 return x end end end end local f, a, b = make(), 7, 8 return f(), f(), a, b end)

-- a later round does not change what an earlier one kept in an inner block
show(function() local fs = {} for i = 1, 3 do do local x = i fs[i] = function() return x end end local y = i * 100 end return fs[1](), fs[2](), fs[3]() end)
