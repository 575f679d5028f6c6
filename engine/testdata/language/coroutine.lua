-- Coroutines: how many values pass, where they are used, wrap, status, errors, running, dead ones.

-- resumed with fewer values than wanted
show(function() local co = coroutine.wrap(function() local x = coroutine.yield(1) return x end) co() return co() end)

-- resumed with fewer values than two wanted
show(function() local co = coroutine.wrap(function() local x, y = coroutine.yield() return x, y end) co() return co("a") end)

-- resumed with as many values as wanted
show(function() local co = coroutine.wrap(function() local x, y = coroutine.yield() return x, y end) co() return co("a", "b") end)

-- resumed with more values than wanted
show(function() local co = coroutine.wrap(function() local x = coroutine.yield() return x end) co() return co("a", "b", "c") end)

-- resumed with values where none are wanted
show(function() local co = coroutine.wrap(function() coroutine.yield() return "end" end) co() return co("a", "b") end)

-- resumed with nothing where all are wanted
show(function() local co = coroutine.wrap(function() return select("#", coroutine.yield()), "end" end) co() return co() end)

-- resumed with nils where all are wanted
show(function() local co = coroutine.wrap(function() return select("#", coroutine.yield()) end) co() return co(nil, nil) end)

-- fewer values into declared locals
show(function() local co = coroutine.wrap(function() local a, b, c = 1, 2, 3 a, b, c = coroutine.yield() return a, b, c end) co() return co("only") end)

-- fewer values into fields, upvalues and globals
show(function()
  local up, t = "up", { f = "f" }
  G = "g"
  local co = coroutine.wrap(function() up, t.f, G = coroutine.yield() end)
  co() co("x")
  return up, t.f, G
end)

-- first resume with fewer arguments than parameters
show(function() local co = coroutine.create(function(a, b, c) return a, b, c end) return coroutine.resume(co, 1) end)

-- first resume with more arguments than parameters
show(function() local co = coroutine.create(function(a) return a end) return coroutine.resume(co, 1, 2, 3) end)

-- first resume of a vararg function
show(function() local co = coroutine.create(function(a, ...) return select("#", ...), a, ... end) return coroutine.resume(co, 1, nil, 3) end)

-- yield of nothing, one, some, nil
show(function()
  local co = coroutine.create(function() coroutine.yield() coroutine.yield(1) coroutine.yield(1, nil, 3) coroutine.yield(nil) end)
  local function n() return select("#", coroutine.resume(co)) end
  return n(), n(), n(), n(), n(), n()
end)

-- yield as argument at the end
show(function() local co = coroutine.wrap(function() return select("#", 1, coroutine.yield()) end) co() return co("a", "b") end)

-- yield as argument in the middle
show(function() local co = coroutine.wrap(function() local function f(...) return select("#", ...), ... end return f(coroutine.yield(), "x") end) co() return co() end)

-- two yields as arguments
show(function() local co = coroutine.wrap(function() return math.max(coroutine.yield("a"), coroutine.yield("b")) end) return co(), co(3), co(7) end)

-- yield in a constructor
show(function() local co = coroutine.wrap(function() return { coroutine.yield(), coroutine.yield() } end) co() co("a", "b") return co("c", "d") end)

-- yield in a constructor with nothing given
show(function() local co = coroutine.wrap(function() return { 0, coroutine.yield(), x = coroutine.yield() } end) co() co() return co() end)

-- yield in arithmetic
show(function() local co = coroutine.wrap(function() return coroutine.yield(1) + coroutine.yield(2) * 10 end) co() co(3) return co(4) end)

-- yield in a joined text
show(function() local co = coroutine.wrap(function() return "<" .. coroutine.yield() .. "," .. coroutine.yield() .. ">" end) co() co("a") return co("b") end)

-- yield in a condition
show(function() local co = coroutine.wrap(function() if coroutine.yield("if") then return "yes" else return "no" end end) co() return co() end)

-- yield in the condition of while
show(function() local co = coroutine.wrap(function() local n = 0 while coroutine.yield(n) do n = n + 1 end return "end", n end) co() co(1) co(true) return co(nil) end)

-- yield as bound of a numeric for
show(function() local co = coroutine.wrap(function() local s = 0 for i = coroutine.yield(), coroutine.yield() do s = s + i end return s end) co() co(2) return co(4) end)

-- yield as index and as object
show(function() local co = coroutine.wrap(function() local t = { k = "v" } return t[coroutine.yield()], coroutine.yield().x end) co() co("k") return co { x = "field" } end)

-- yield as function and as object of a method
show(function() local co = coroutine.wrap(function() return coroutine.yield()("a"), coroutine.yield():upper() end) co() co(string.len) return co("x") end)

-- yield in a return passes all on
show(function() local co = coroutine.wrap(function() return coroutine.yield() end) co() return co(1, nil, 3) end)

-- yield in brackets
show(function() local co = coroutine.wrap(function() return (coroutine.yield()) end) co() return select("#", co()) end)

-- yield in a numeric for
show(function() local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end return "end" end) return co(), co(), co(), co() end)

-- yield in a generic for
show(function() local co = coroutine.wrap(function() for i, v in ipairs { "a", "b" } do coroutine.yield(i, v) end end) local t = { co() } t[3], t[4] = co() return t, co() end)

-- yield in repeat with a local in until
show(function() local co = coroutine.wrap(function() repeat local x = coroutine.yield("more") until x == nil return "end" end) return co(), co(1), co(2), co() end)

-- yield deep in calls
show(function()
  local function c(x) return coroutine.yield(x) end
  local function b(x) local r = c(x + 1) return r end
  local function a(x) return (b(x + 1)) end
  local co = coroutine.wrap(function(x) return a(x), "end" end)
  return co(1), co("back")
end)

-- recursive walk over a tree
show(function()
  local function walk(t) if t then walk(t[1]) coroutine.yield(t.v) walk(t[2]) end end
  local r = {}
  for v in coroutine.wrap(function() walk { { v = 1 }, { { v = 3 }, v = 4 }, v = 2 } end) do r[#r + 1] = v end
  return r
end)

-- permutations
show(function()
  local function permute(a, n) if n == 0 then coroutine.yield(table.concat(a)) else for i = 1, n do a[n], a[i] = a[i], a[n] permute(a, n - 1) a[n], a[i] = a[i], a[n] end end end
  local r = {}
  for p in coroutine.wrap(function() permute({ 1, 2, 3 }, 3) end) do r[#r + 1] = p end
  return r
end)

-- status of one
show(function()
  local co, inner
  co = coroutine.create(function() inner = coroutine.status(co) coroutine.yield() end)
  local a = coroutine.status(co) coroutine.resume(co) local b = coroutine.status(co) coroutine.resume(co)
  return a, inner, b, coroutine.status(co)
end)

-- status of one that resumes another
show(function()
  local outer, inner, seen
  inner = coroutine.create(function() seen = coroutine.status(outer) end)
  outer = coroutine.create(function() coroutine.resume(inner) end)
  coroutine.resume(outer)
  return seen, coroutine.status(outer), coroutine.status(inner)
end)

-- status after an error
show(function() local co = coroutine.create(function() error("x") end) local ok, e = coroutine.resume(co) return ok, e, coroutine.status(co) end)

-- resume of a dead one
show(function() local co = coroutine.create(function() return "end" end) coroutine.resume(co) return coroutine.resume(co) end)

-- resume after an error
show(function() local co = coroutine.create(function() error({}) end) coroutine.resume(co) return coroutine.resume(co, "again") end)

-- call of a dead wrap
show(function() local co = coroutine.wrap(function() return "end" end) co() return pcall(co) end)

-- call of a wrap after an error
show(function() local co = coroutine.wrap(function() error("first", 0) end) return pcall(co), pcall(co) end)

-- resume of itself
show(function() local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co) end)

-- resume of the one that resumed
show(function()
  local outer
  local inner = coroutine.create(function() return coroutine.resume(outer) end)
  outer = coroutine.create(function() return coroutine.resume(inner) end)
  return coroutine.resume(outer)
end)

-- a wrap that calls itself
show(function() local co co = coroutine.wrap(function() return pcall(co) end) return co() end)

-- error with a text, place included
show(function()
  local co = coroutine.create(function() coroutine.yield() error("no tea") end)
  coroutine.resume(co)
  return coroutine.resume(co)
end)

-- error with a table
show(function() local co = coroutine.create(function() error { code = 5 } end) local ok, e = coroutine.resume(co) return ok, e.code end)

-- error with nil
show(function() return coroutine.resume(coroutine.create(function() error() end)) end)

-- error of the machine
show(function() return coroutine.resume(coroutine.create(function() local x return x.y end)) end)

-- error through wrap
show(function() local co = coroutine.wrap(function() local x = 1 return x() end) return pcall(co) end)

-- error through wrap is a table
show(function() local co = coroutine.wrap(function() error { code = 7 } end) local ok, e = pcall(co) return ok, e.code end)

-- error through two wraps
show(function()
  local inner = coroutine.wrap(function() error("deep") end)
  local outer = coroutine.wrap(function() inner() end)
  return pcall(outer)
end)

-- error after yields, caught inside by pcall
show(function()
  local co = coroutine.wrap(function() coroutine.yield(1) local ok, e = pcall(error, "inside") coroutine.yield(ok, e) return "end" end)
  local a = co()
  local b, c = co()
  return a, b, c, co()
end)

-- several at once
show(function()
  local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
  local a, b, c = gen(3), gen(3), gen(3)
  return a(), b(), a(), c(), a(), b(), a(), c()
end)

-- producer and consumer
show(function()
  local producer = coroutine.create(function() for i = 1, 3 do coroutine.yield("item " .. i) end return nil end)
  local r = {}
  while true do local ok, v = coroutine.resume(producer) if not v then break end r[#r + 1] = v end
  return r, coroutine.status(producer)
end)

-- filter of a generator
show(function()
  local function numbers(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
  local function odd(g) return coroutine.wrap(function() for v in g do if v % 2 == 1 then coroutine.yield(v) end end end) end
  local r = {}
  for v in odd(numbers(7)) do r[#r + 1] = v end
  return r
end)

-- round robin of tasks
show(function()
  local log, tasks = {}, {}
  for i = 1, 3 do tasks[i] = coroutine.create(function(n) for k = 1, n do log[#log + 1] = i .. ":" .. k coroutine.yield() end end) end
  while #tasks > 0 do
    for i = #tasks, 1, -1 do
      coroutine.resume(tasks[i], i)
      if coroutine.status(tasks[i]) == "dead" then table.remove(tasks, i) end
    end
  end
  return table.concat(log, " ")
end)

-- a coroutine made and left in another
show(function()
  local co = coroutine.wrap(function() local inner = coroutine.wrap(function() coroutine.yield("a") coroutine.yield("b") end) coroutine.yield(inner()) coroutine.yield(inner()) end)
  return co(), co()
end)

-- running outside and inside
show(function()
  local outside = coroutine.running()
  local co = coroutine.create(function() return coroutine.running() end)
  local _, inside = coroutine.resume(co)
  return outside, inside == co, type(co), type(coroutine.wrap(function() end))
end)

-- create of no function
show(function() coroutine.create(1) end)

-- wrap of no function
show(function() coroutine.wrap() end)

-- resume of no coroutine
show(function() coroutine.resume({}) end)

-- status of no coroutine
show(function() coroutine.status(nil) end)

-- yield outside
show(function() return (pcall(coroutine.yield, 1)) end)

-- method and self across yields
show(function()
  local o = { n = 1 }
  function o:run(k) self.n = self.n + k local more = coroutine.yield(self.n) self.n = self.n + more return self.n end
  local co = coroutine.wrap(o.run)
  return co(o, 10), co(100), o.n
end)

-- locals survive yields in order
show(function()
  local co = coroutine.wrap(function(a, b)
    local c, d = a + b, a * b
    local e, f = coroutine.yield(c, d)
    local g = { coroutine.yield(e, f) }
    return a, b, c, d, e, f, #g, g[1]
  end)
  co(2, 3) co("e")
  return co("g1", "g2")
end)

-- dots survive yields
show(function()
  local co = coroutine.wrap(function(...) coroutine.yield(...) local n = select("#", ...) coroutine.yield(n) return ... end)
  co("a", nil, "c")
  return co("other"), co()
end)

-- upvalues shared by two coroutines
show(function()
  local n = 0
  local function body() while true do n = n + 1 coroutine.yield(n) end end
  local a, b = coroutine.wrap(body), coroutine.wrap(body)
  return a(), b(), a(), b(), n
end)

-- values passed both ways many times
show(function()
  local co = coroutine.wrap(function(x) while true do x = coroutine.yield(x * 2) or 0 end end)
  local s = 0
  for i = 1, 100 do s = s + co(i) end
  return s
end)

-- many values through resume and yield
show(function()
  local co = coroutine.wrap(function(...) return select("#", coroutine.yield(...)), (select("#", ...)) end)
  local n = select("#", co(1...100))
  local a, b = co(1...60)
  return n, a, b
end)

-- resume gives true before all values, false before the error
show(function()
  local co = coroutine.create(function(a) local b = coroutine.yield(a, a) error("bad " .. b, 0) end)
  local r = { coroutine.resume(co, 1) }
  local s = { coroutine.resume(co, 2) }
  return r, s
end)

-- resume in the middle of a list
show(function() local co = coroutine.create(function() return 1, 2 end) return { coroutine.resume(co), "end" } end)

-- finished by return of many values
show(function() return coroutine.resume(coroutine.create(function() return 1, nil, 3, nil end)) end)

-- a wrap in pairs' place gives keys and values
show(function()
  local function sorted(t) local keys = {} for k in pairs(t) do keys[#keys + 1] = k end table.sort(keys) return coroutine.wrap(function() for _, k in ipairs(keys) do coroutine.yield(k, t[k]) end end) end
  local r = ""
  for k, v in sorted { b = 2, a = 1, c = 3 } do r = r .. k .. v end
  return r
end)

-- a table with __call as body
show(function() coroutine.create(setmetatable({}, { __call = function() end })) end)
