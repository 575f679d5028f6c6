-- error, assert, pcall, xpcall; levels; errors in metamethods, iterators, comparators, callbacks.

-- error with a text
show(function() error("no tea") end)

-- error at level 1
show(function() error("no tea", 1) end)

-- error at level 0
show(function() error("no tea", 0) end)

-- error at level 2
show(function()
  local function want(x) error("want more than " .. x, 2) end
  want(1)
  return 1
end)

-- error at level 3
show(function()
  local function a() error("deep", 3) end
  local function b() a() return 1 end
  b()
  return 1
end)

-- error at level 2 from a method
show(function()
  local o = {}
  function o:m() error("method", 2) end
  o:m()
  return 1
end)

-- error at level 2 called by pcall
show(function() return pcall(function() error("by pcall", 2) end) end)

-- error at level 3 through pcall
show(function()
  local ok, e = pcall(function() error("through", 3) end)
  return ok, e
end)

-- error at a level too high
show(function() error("high", 50) end)

-- error with level as a text
show(function() local function f() error("level", "2") end f() return 1 end)

-- error with a number
show(function() local ok, e = pcall(error, 42) return ok, e, type(e) end)

-- error with a number called from Lua
show(function() error(42) end)

-- error with nil
show(function() error(nil) end)

-- error with nothing
show(function() error() end)

-- error with true and with false
show(function() local a, b = pcall(error, true) local c, d = pcall(error, false) return a, b, c, d end)

-- error with a table
show(function() error({ code = 5 }) end)

-- error with a table keeps it the same
show(function() local t = {} local ok, e = pcall(error, t) return ok, e == t end)

-- error with a table at level 2
show(function() local function f() error({ code = 6 }, 2) end f() return 1 end)

-- error with a function
show(function() local ok, e = pcall(error, function() return "called" end) return ok, e() end)

-- error with a table that has __tostring
show(function() local ok, e = pcall(error, setmetatable({}, { __tostring = function() return "words" end })) return ok, type(e), tostring(e) end)

-- pcall of error itself
show(function() return pcall(error) end)

-- pcall of error with a text has no place
show(function() return pcall(error, "text") end)

-- pcall gives true and all values
show(function() return pcall(function(...) return ... end, 1, nil, 3) end)

-- pcall of nothing returned
show(function() return select("#", pcall(function() end)), pcall(function() end) end)

-- pcall in pcall
show(function() return pcall(pcall, error, "inner") end)

-- pcall in pcall in pcall
show(function() return pcall(pcall, pcall, error, { 1 }) end)

-- pcall of a local that is nil
show(function() local f return pcall(f) end)

-- pcall of a number, a table
show(function() local a, b = pcall(5) local c, d = pcall({}, 1) return a, b, c, d end)

-- pcall without arguments
show(function() pcall() end)

-- pcall of a callable table
show(function() return pcall(setmetatable({}, { __call = function(self, a) return a end }), "arg") end)

-- an error raised again keeps its place
show(function()
  local ok, e = pcall(function() error("first") end)
  error(e, 0)
end)

-- an error raised again with a place gets two
show(function()
  local ok, e = pcall(function() error("first") end)
  error(e)
end)

-- an error caught and answered
show(function() local ok, e = pcall(function() local t return t.x end) return ok and "fine" or "failed: " .. e:match(": (.*)") end)

-- code before the error has been done, code behind not
show(function() local log = "" pcall(function() log = log .. "a" error("x") log = log .. "b" end) return log end)

-- return from within pcall's function
show(function() for i = 1, 3 do local ok, v = pcall(function() if i == 2 then return "two" end error(i) end) if ok then return i, v end end end)

-- xpcall without an error
show(function() return xpcall(function() return 1, nil, 3 end, tostring) end)

-- xpcall with a handler
show(function() return xpcall(function() error("x") end, function(e) return "handled " .. e, "second" end) end)

-- xpcall with a handler of a table
show(function() return xpcall(function() error({ code = 1 }) end, function(e) return e.code end) end)

-- xpcall with a handler that gives nothing
show(function() return xpcall(function() error("x") end, function() end) end)

-- xpcall passes no arguments
show(function() return xpcall(function(...) return select("#", ...) end, tostring, 1, 2) end)

-- xpcall with a library handler
show(function() return xpcall(function() error("x", 0) end, string.upper) end)

-- xpcall of a machine's error
show(function() return xpcall(function() local o return o.x end, function(e) return (e:gsub("^.-: ", "")) end) end)

-- xpcall in xpcall
show(function()
  return xpcall(function()
    local ok, e = xpcall(function() error("inner", 0) end, function(e) return "<" .. e .. ">" end)
    error(e .. " outer", 0)
  end, function(e) return "[" .. e .. "]" end)
end)

-- xpcall of nil
show(function() return xpcall(nil, function(e) return "handled: " .. e end) end)

-- assert that holds gives all its values
show(function() return assert(1, "words", nil, 4) end)

-- assert of nothing
show(function() assert() end)

-- assert of nil
show(function() assert(nil) end)

-- assert of false
show(function() assert(false) end)

-- assert with words
show(function() assert(false, "no tea") end)

-- assert with words through pcall
show(function() return pcall(assert, false, "no tea") end)

-- assert with a number as words
show(function() return pcall(assert, nil, 42) end)

-- assert with nil as words
show(function() return pcall(assert, false, nil) end)

-- assert of a call's failure
show(function() local function open() return nil, "cannot open" end return pcall(function() assert(open()) end) end)

-- assert of pcall's failure
show(function() assert(pcall(error, "why")) end)

-- error in __index
show(function() local t = setmetatable({}, { __index = function(_, k) error("no field " .. k) end }) return t.x end)

-- error at level 2 in __index
show(function()
  local t = setmetatable({}, { __index = function(_, k) error("no field " .. k, 2) end })
  local x = t.x
  return x
end)

-- error at level 2 in __newindex
show(function()
  local t = setmetatable({}, { __newindex = function(_, k) error("read-only: " .. k, 2) end })
  t.x = 1
  return t
end)

-- error at level 2 in __call
show(function()
  local t = setmetatable({}, { __call = function() error("not so", 2) end })
  t()
  return 1
end)

-- error in __add, __concat, __eq, __lt, __unm
show(function()
  local function bad(name) return function() error(name, 0) end end
  local mt = { __add = bad "add", __concat = bad "concat", __eq = bad "eq", __lt = bad "lt", __unm = bad "unm", __tostring = bad "tostring" }
  local a, b = setmetatable({}, mt), setmetatable({}, mt)
  local _, p = pcall(function() return a + 1 end)
  local _, q = pcall(function() return 1 .. a end)
  local _, r = pcall(function() return a == b end)
  local _, s = pcall(function() return a < b end)
  local _, t = pcall(function() return -a end)
  local _, u = pcall(tostring, a)
  return p, q, r, s, t, u
end)

-- error in an iterator
show(function() for x in function() error("iterator") end do end end)

-- error at level 2 in an iterator
show(function()
  local function it() error("iterator", 2) end
  for x in it do end
end)

-- error in the body of a for with pairs
show(function() for k, v in pairs { 1 } do local x = v.a.b end end)

-- error in a sort comparator
show(function() table.sort({ 3, 2, 1 }, function(a, b) error("comparator") end) end)

-- machine's error in a sort comparator
show(function() table.sort({ 3, 2, 1 }, function(a, b) return a.x < b.x end) end)

-- error in a gsub callback
show(function() return ("a1"):gsub("%d", function(d) error("callback " .. d) end) end)

-- machine's error in a gsub callback
show(function() return ("a1"):gsub("%d", function(d) return d .. nil end) end)

-- gsub callback that gives a table
show(function() return (("a1"):gsub("%d", function() return {} end)) end)

-- error through a library function keeps its place
show(function() local ok, e = pcall(function() table.sort({ 2, 1 }, function() error({ code = 9 }) end) end) return ok, e.code end)

-- error in a coroutine inside pcall
show(function() return pcall(function() coroutine.wrap(function() error("in it", 0) end)() end) end)

-- error with a long text
show(function() local ok, e = pcall(error, ("x"):rep(1000)) return ok, #e end)

-- error with line ends in the text
show(function() error("one\ntwo") end)

-- unwinding through ten functions
show(function() local function f(n) if n == 0 then error("bottom") end local x = f(n - 1) return x end return pcall(f, 10) end)

-- after an error the locals are as they were
show(function() local a, b, c = 1, 2, 3 pcall(function() a = 10 local x = nil + 1 end) local d = 4 return a, b, c, d end)

-- bad arguments of library functions
show(function()
  local r = {}
  for i, f in ipairs {
    function() ("x"):rep() end, function() string.rep({}, 1) end, function() table.concat({}, {}) end, function() ipairs() end,
    function() setmetatable(1, {}) end, function() math.floor("x") end, function() ("%d"):format({}) end, function() string.char(256) end,
    function() tostring() end, function() rawset({}, 1) end, function() unpack() end, function() select() end, function() next({}, "no key") end,
    function() table.insert({}, 1, 2, 3) end, function() string.format("%d", "x") end, function() getmetatable() end, function() type() end,
  } do local _, e = pcall(f) r[i] = e:gsub("^.-: ", "") end
  return r
end)
