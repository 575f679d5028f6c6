-- local function and local f = function, shadowing, recursion, methods, functions in fields.

-- local f = function calls the outer f
show(function() local say = function(s) return "a" .. s end local say = function(s) return say(s) .. "!" end return say("x") end)

-- local tostring = function calls the library's
show(function() local tostring = function(x) return "<" .. tostring(x) .. ">" end return tostring(5) end)

-- local f = function does not call itself
show(function() local f f = function() return 1 end local f = function(n) if n == 0 then return 0 end return f(n - 1) end return f(3) end)

-- local function calls itself
show(function() local function f(n) if n == 0 then return "end" end return f(n - 1) end return f(3) end)

-- local function hides the outer one from itself
show(function() local f = function() return "outer" end local function f(n) if n == 0 then return "inner" end return f(n - 1) end return f(2) end)

-- local f; f = function calls itself
show(function() local fact fact = function(n) return n <= 1 and 1 or n * fact(n - 1) end return fact(10) end)

-- local f = function sees a global of that name
show(function() function F(n) return "global " .. n end local F = function(n) return F(n) .. " wrapped" end return F(1) end)

-- local f = function where no other is
show(function() local nosuch = function() return nosuch end return nosuch() end)

-- local f = function calls itself where no other is
show(function() local nosuch = function(n) return nosuch(n) end return nosuch(1) end)

-- local f = (function … end)
show(function() local f = "outer" local f = (function() return f end) return f() end)

-- local f = wrap(function … end)
show(function() local function id(x) return x end local f = "outer" local f = id(function() return f end) return f() end)

-- local a, f = …, function
show(function() local f = "outer" local a, f = f, function() return f end return a, f() end)

-- local f, g = function, function
show(function() local f, g = "F", "G" local f, g = function() return g end, function() return f end return f(), g() end)

-- local function twice
show(function() local function f() return 1 end local g = f local function f() return 2 end return g(), f() end)

-- local t = { function that sees the outer t }
show(function() local t = "outer" local t = { f = function() return t end } return t.f() end)

-- local x = x
show(function() local x = 1 local x = x + 1 local x = x * 10 return x end)

-- local x = function(x)
show(function() local x = 1 local f = function(x) x = x + 1 return x end return f(5), x end)

-- parameter hides the function's own name
show(function() local function f(f) return f end return f("param") end)

-- local in the body hides the function's own name
show(function() local function f() local f = "local" return f end return f(), type(f) end)

-- mutual recursion of locals declared before
show(function()
  local even, odd
  function even(n) if n == 0 then return true end return odd(n - 1) end
  function odd(n) if n == 0 then return false end return even(n - 1) end
  return even(10), odd(7), even(3)
end)

-- mutual recursion where the second is declared too late
show(function()
  local function a(n) return b(n) end
  local function b(n) return n end
  return a(1)
end)

-- mutual recursion of globals
show(function() function A(n) if n > 5 then return "A" end return B(n + 1) end function B(n) return A(n + 1) end return A(0) end)

-- function statement into a local
show(function() local f local g = function() return f() end function f() return "set" end return g(), f() end)

-- function statement into an upvalue
show(function() local f local function set() function f() return "from inside" end end set() return f() end)

-- function statement into a field
show(function() local M = {} function M.add(a, b) return a + b end return M.add(1, 2) end)

-- function statement into a field of a field
show(function() local M = { a = { b = {} } } function M.a.b.f(x) return x end function M.a.b:m(x) return self == M.a.b, x end return M.a.b.f(1), M.a.b:m(2) end)

-- method with self
show(function() local o = { v = 1 } function o:add(n) self.v = self.v + n return self end return o:add(1):add(2).v, o.v end)

-- method called with a dot and another self
show(function() local o = { v = 1 } function o:get() return self.v end return o.get { v = 2 }, o:get(), ("x").rep("ab", 2) end)

-- method hides an outer self
show(function() local self = { v = "outer" } local o = { v = "o" } function o:get() return self.v end local function f() return self.v end return o:get(), f() end)

-- inner function sees the method's self
show(function() local o = { v = "o" } function o:f() local function g() return self.v end return g() end return o:f() end)

-- fields that are functions in a constructor
show(function() local o = { f = function(x) return x * 2 end, g = function(self, x) return self.f(x) + 1 end, ["h i"] = function() return "h" end } return o.f(2), o:g(3), o["h i"]() end)

-- field replaced by one that calls the old
show(function() local o = { f = function() return "a" end } local old = o.f o.f = function() return old() .. "b" end local older = o.f o.f = function() return older() .. "c" end return o.f() end)

-- recursive method
show(function() local o = {} function o:sum(n) if n == 0 then return 0 end return n + self:sum(n - 1) end return o:sum(10) end)

-- recursive field
show(function() local M = {} M.fact = function(n) return n < 2 and 1 or n * M.fact(n - 1) end return M.fact(6) end)

-- inheritance by __index
show(function()
  local Base = {} Base.__index = Base
  function Base.new(v) return setmetatable({ v = v }, Base) end
  function Base:name() return "base " .. self.v end
  local Derived = setmetatable({}, { __index = Base }) Derived.__index = Derived
  function Derived.new(v) local o = Base.new(v) return setmetatable(o, Derived) end
  function Derived:name() return "derived " .. Base.name(self) end
  return Base.new(1):name(), Derived.new(2):name()
end)

-- calls without brackets
show(function() local function f(x) return type(x) == "table" and x[1] or x end return f "text", f { "item" }, f [[long]], (f { "x" }) .. f "y" end)

-- chain of calls
show(function() local function f(a) return function(b) return function(c) return a .. b .. c end end end return f "a" "b" "c", f(1)(2)(3) end)

-- a bracket behind a call indexes its result
show(function() local function f() return { "r" } end return f "x"[1], f { "x" }[1], f {} [2], (f)("x")[1] end)

-- call of a result's field and method
show(function() local o = { m = function(self, x) return self, x end, f = function() return { g = function() return "deep" end } end } local a, b = o:m(1) return a == o, b, o.f().g(), ({ o:m(2) })[2] end)

-- function called at once
show(function() return (function(...) return select("#", ...) end)(1, 2, 3), (function() end)() == nil end)

-- missing and surplus arguments
show(function() local function f(a, b) return a, b end return f(1), f(1, 2, 3), (f()) end)

-- results in the middle and at the end
show(function() local function f() return 1, 2, 3 end local function none() end return f(), (f()), none(), f() end)

-- nothing returned as an argument
show(function() local function none() end return select("#", none()), select("#", none(), none()), select("#", (none())) end)

-- return of a call passes all on
show(function() local function f() return 1, nil, 3, nil end local function g() return f() end return select("#", g()), g() end)

-- return without values, at the end and not
show(function() local function f(x) if x then return end return "after" end return select("#", f(true)), f(false) end)

-- arguments are computed from left to right
show(function() local log = "" local function f(x) log = log .. x return x end local function g(...) return select("#", ...) end g(f("a"), f("b"), g(f("c"), f("d")), f("e")) return log end)

-- the function is computed before its arguments
show(function() local f = function() return "old" end local function set() f = function() return "new" end end return f(set()), f() end)

-- the object is computed before the arguments
show(function()
  local o = { n = "first" } function o:get() return self.n end
  local p = { n = "second", get = o.get }
  local x = o
  local function swap() x = p end
  return x:get(swap()), x:get()
end)

-- functions are equal to themselves only
show(function() local f = function() end local g = f local function make() return function() end end return f == g, f == function() end, make() == make() end)

-- functions as keys
show(function() local f, g = function() end, function() end local t = { [f] = 1 } t[g] = 2 return t[f], t[g], t[function() end] end)

-- a global function is found late
show(function() local function f() return LATE() end function LATE() return "late" end local a = f() LATE = function() return "later" end return a, f() end)

-- many parameters
show(function() local function f(a, b, c, d, e, f, g, h, i, j, k, l) return l, k, j, i, h, g, f, e, d, c, b, a end return f(1...12) end)

-- nested functions five deep
show(function() return (function(a) return (function(b) return (function(c) return (function(d) return (function(e) return a + b + c + d + e end)(5) end)(4) end)(3) end)(2) end)(1) end)

-- a function that returns itself
show(function() local function f(n) if n then return n end return f end return f()()()("end") end)

-- a library function kept in locals and fields
show(function() local fmt, t = string.format, { up = string.upper } local up = t.up return fmt("%d", 3), up("a"), t.up("b"), ("c"):upper() end)

-- a library name hidden by a local
show(function() local string, type = { format = function() return "mine" end }, "text" return string.format("%d", 1), type, ("x"):upper() end)

-- a library name hidden by a parameter
show(function() local function f(math, pairs) return math.floor, pairs end return f({ floor = "mine" }, 2) end)

-- tail calls in a loop of a hundred
show(function() local function f(n) if n == 0 then return "end", n end return f(n - 1) end return f(100) end)
