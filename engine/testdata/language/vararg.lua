-- Functions with ...: parameters assigned from calls, select, arg, holes, brackets, constructors.

-- parameter assigned from two calls joined
show(function() local h = function(a, ...) a = tostring(a) .. tostring(2) return a end return h(1) end)

-- parameter assigned from library calls joined
show(function()
  local function greet(name, ...) name = string.upper(name) .. string.format("%s!", "a") return name end
  return greet("bob")
end)

-- parameter assigned from a call in a call
show(function() local h = function(a, ...) a = math.max(a, math.min(3, 4)) return a end return h(1, 2) end)

-- parameter assigned behind a condition
show(function() local h = function(a, ...) if not a then a = tostring(1) .. tostring(2) end return a end return h(nil, 2) end)

-- parameter assigned from a call with dots
show(function() local function fmt(s, ...) s = string.format(s, ...) .. tostring(1) return s end return fmt("%d", 5) end)

-- parameter assigned from dots
show(function() local function f(a, ...) a = ... return a end return f(1, 2, 3), f(1), f() end)

-- parameter assigned from dots in brackets
show(function() local function f(a, ...) a = (...) return a, select("#", (...)) end return f(1, 2, 3) end)

-- two parameters assigned from dots
show(function() local function f(a, b, ...) a, b = ... return a, b, ... end return f(1, 2, 3, 4, 5) end)

-- parameter assigned from itself and dots
show(function() local function f(a, ...) a = a + ... return a end return f(1, 2, 3) end)

-- parameter assigned from a method call
show(function()
  local function f(s, ...) s = s:upper() s = s:rep(...) return s end
  return f("ab", 2)
end)

-- parameter assigned from a constructor with dots
show(function() local function f(a, ...) a = { a, ... } return a end return f(1, 2, 3) end)

-- parameter assigned from a closure's call
show(function()
  local function f(a, ...) local g = function(x) return a + x end a = g(...) return a end
  return f(1, 10)
end)

-- parameter assigned from a recursive call
show(function()
  local function sum(a, ...) if a == nil then return 0 end a = a + sum(...) return a end
  return sum(1, 2, 3, 4)
end)

-- parameter assigned in a loop over dots
show(function()
  local function cat(s, ...) for i = 1, select("#", ...) do s = s .. tostring((select(i, ...))) end return s end
  return cat("x", 1, nil, "z")
end)

-- parameter captured and assigned
show(function()
  local function f(a, ...)
    local function get() return a end
    a = tostring(...) .. tostring(a)
    return get(), ...
  end
  return f(1, 2, 3)
end)

-- parameter that is no argument
show(function() local function f(a, b, ...) b = b or tostring(a) .. "?" return a, b, ... end return f() end)

-- fewer arguments than parameters
show(function() local function f(a, b, c, ...) return a, b, c, select("#", ...) end return f(1) end)

-- as many arguments as parameters
show(function() local function f(a, b, ...) return a, b, select("#", ...), ... end return f(1, 2) end)

-- dots at the end of a return
show(function(...) return 0, ... end, 1, 2)

-- dots in the middle of a return
show(function(...) return ..., 0 end, 1, 2)

-- dots in brackets in a return
show(function(...) return (...) end, 1, 2)

-- no dots given
show(function(...) return select("#", ...), (...), ... end)

-- nil as the only dots
show(function(...) return select("#", ...), ... end, nil)

-- nils at the end are counted
show(function(...) return select("#", ...), ... end, 1, nil, nil)

-- nils in the middle are kept
show(function(...) local a, b, c = ... return c, b, a end, nil, 2, nil)

-- dots as arguments at the end
show(function(...) local function n(...) return select("#", ...) end return n(...), n(0, ...), n(..., 0), n((...)) end, 1, 2, 3)

-- dots through three functions
show(function(...)
  local function a(...) return ... end
  local function b(...) return a(...) end
  local function c(x, ...) return x, b(...) end
  return c(...)
end, 1, nil, 3, nil)

-- select with positive numbers
show(function(...) return select(2, ...) end, "a", "b", "c")

-- select of the last
show(function(...) return select(-1, ...) end, "a", "b", "c")

-- select of the last two
show(function(...) return select(-2, ...) end, "a", "b", "c")

-- select behind the end
show(function(...) return select(4, ...) end, "a", "b", "c")

-- select with a text as number
show(function(...) return select("2", ...) end, "a", "b", "c")

-- select with a fraction
show(function(...) return (select(2.7, ...)) end, "a", "b", "c")

-- select of zero
show(function(...) return select(0, ...) end, 1)

-- select too far from the end
show(function(...) return select(-3, ...) end, 1, 2)

-- constructor of dots
show(function(...) return { ... }, #{ ... } end, 1, 2, 3)

-- constructor with dots at the end
show(function(...) return { 0, ... } end, 1, 2)

-- constructor with dots in the middle
show(function(...) return { ..., 0 } end, 1, 2)

-- constructor with dots before named fields
show(function(...) local t = { ..., n = select("#", ...) } return #t, t[2], t.n end, 1, 2, 3)

-- constructor with dots twice
show(function(...) return { ..., ... } end, 1, 2)

-- constructor with dots in brackets
show(function(...) return { (...) }, { 0, (...) } end, 1, 2)

-- constructor with dots as named values
show(function(...) return { a = ..., [2] = ..., ... } end, "x", "y")

-- dots in arithmetic and comparisons
show(function(...) return ... + 1, ... * ..., ... == 3, -..., ... < 4 end, 3, 100)

-- dots joined as text
show(function(...) return ... .. "!", "<" .. ... .. ">", ... .. ... end, "a", "b")

-- dots in and, or, not
show(function(...) return ... and "yes", not ..., ... or "no" end, false, true)

-- dots indexed and called
show(function(...) return (...).x, (...)[1], (...)("arg") end, setmetatable({ x = "field", "item" }, { __call = function(_, v) return v end }))

-- dots as condition
show(function(...) local n = 0 if ... then n = 1 end while not ... do n = n + 10 if n > 20 then break end end return n end, nil, true)

-- dots as bounds of a numeric for
show(function(...) local s = 0 for i = ..., 5 do s = s + i end for i = 1, (...) do s = s + 10 end return s end, 3, 4)

-- dots in a declaration
show(function(...) local a, b = ... local c = ... local d, e, f = 0, ... return a, b, c, d, e, f end, 1, 2, 3)

-- dots in several assignment
show(function(...) local a, b, c a, b, c = ..., "x" local t = {} t.x, t.y = ... return a, b, c, t end, 1, 2)

-- inner function has dots of its own
show(function(...) local function f(...) return select("#", ...) end return f(), f(1), select("#", ...) end, 1, 2, 3)

-- dots kept in a table for a closure
show(function(...)
  local args = { n = select("#", ...), ... }
  return (function() return args.n, args[1], args[3] end)()
end, "a", nil, "c")

-- arg where dots are not used
show(function() local function f(...) return arg end return f("a", "b") end)

-- arg of none
show(function() local function f(...) return arg.n, #arg end return f() end)

-- arg counts nil
show(function() local function f(x, ...) return arg.n, arg[1], arg[2], arg[3] end return f("x", "a", nil, "c") end)

-- arg as a parameter
show(function() local function f(arg, ...) return arg, ... end return f(1, 2) end)

-- arg where dots are used
show(function() local function f(...) local n = select("#", ...) return n, arg end return f("a", "b") end)

-- arg as a global where there are no dots
show(function() arg = "global" local function f() return arg end return f() end)

-- method with dots
show(function()
  local o = { v = "o" }
  function o:m(a, ...) a = self.v .. tostring(a) return a, select("#", ...), ... end
  return o:m(1, 2, 3)
end)

-- method with dots called with a dot
show(function() local o = {} function o.m(...) return select("#", ...), (...) == o end return o:m(), o:m(1) end)

-- unpack of dots and ranges
show(function(...) local t = { ... } return unpack(t), unpack(t, 2), unpack(t, 2, 2), unpack(t, 3, 2), unpack(t, 2, 4) end, 1, 2, 3)

-- pcall with dots
show(function(...) return pcall(function(...) return select("#", ...), ... end, ...) end, 1, nil)

-- vararg function as a callback
show(function() return ("a1b2"):gsub("(%a)(%d)", function(...) local a, b = ... return b .. a end) end)

-- vararg function in a sort
show(function() local t = { 3, 1, 2 } table.sort(t, function(...) local a, b = ... a = a + 0 return a > b end) return t end)

-- dots in a coroutine
show(function(...)
  local co = coroutine.wrap(function(...)
    local n = select("#", ...)
    n = n + select("#", coroutine.yield(...))
    return n, ...
  end)
  co(...)
  return co("x", "y", "z")
end, 1, nil)

-- two hundred arguments
show(function()
  local function f(a, ...) a = a + select("#", ...) return a, (select(-1, ...)) end
  return f(1...200)
end)

-- dots of the main chunk are none
local n, first = select("#", ...), ...
show(function() return n, first end)

-- arg is no local of the main chunk
local mine = arg
show(function() return mine == nil or type(mine) end)

-- tail of a function that passes dots
show(function()
  local function loop(n, ...) if n == 0 then return ... end return loop(n - 1, n, ...) end
  return loop(5)
end)

-- dots after the parameters were assigned
show(function(a, b, ...) a, b = b, a local c = ... a = nil return a, b, c, ... end, 1, 2, 3, 4)

-- statement with dots as arguments of a method chain
show(function(...) local s = ("%s-%s"):format(...):upper():rep((select("#", ...))) return s end, "a", "b")

-- arg kept by an inner function
show(function() local function f(...) return function() return arg.n, arg[2] end end return f("a", "b")() end)

-- arg assigned
show(function() local function f(...) arg = "mine" return arg end return f(1), arg end)

-- dots used in an inner function only
show(function() local function f(...) local function g(...) return ... end return g(unpack(arg)), arg.n end return f(1, 2) end)

-- arg in a method and in a coroutine
show(function() local o = {} function o:m(...) return arg.n, self == o end local co = coroutine.wrap(function(a, ...) return arg.n, arg[1], a end) return o:m(1, 2, 3), co("a", "b", "c") end)
