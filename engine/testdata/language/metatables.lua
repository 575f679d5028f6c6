-- Metatables: chains of __index, __newindex, __call, __concat, comparisons, arithmetic of texts and tables, __tostring.

-- __index of a table
show(function() local t = setmetatable({ a = 1 }, { __index = { a = 10, b = 2 } }) return t.a, t.b, t.c end)

-- __index through four tables
show(function() local t = { d = "deep" } for i = 1, 4 do t = setmetatable({ ["n" .. i] = i }, { __index = t }) end return t.n4, t.n1, t.d, t.none, rawget(t, "d") end)

-- __index of a function
show(function() local t = setmetatable({}, { __index = function(self, k) return k .. "!", "second" end }) return t.a, t[1], t["x y"] end)

-- __index at the end of a chain
show(function() local base = setmetatable({}, { __index = function(self, k) return type(self) .. k end }) local t = setmetatable({}, { __index = base }) return t.x end)

-- __index gets the first table in its own function only
show(function() local seen local base = setmetatable({}, { __index = function(self) seen = self return 1 end }) local t = setmetatable({}, { __index = base }) local x = t.k return seen == base, seen == t end)

-- __index is not asked for what is there, false included
show(function() local n = 0 local t = setmetatable({ a = false }, { __index = function() n = n + 1 return "asked" end }) return t.a, t.b, n end)

-- __index with a nil, true, nan key
show(function() local t = setmetatable({}, { __index = function(_, k) return tostring(k) end }) return t[nil], t[true], t[1.5] end)

-- __index that is a number
show(function() local t = setmetatable({}, { __index = 5 }) return t.x end)

-- __index that is a text
show(function() local t = setmetatable({}, { __index = "text" }) return t.len == string.len, t.none end)

-- __index in a circle
show(function() local t = {} setmetatable(t, { __index = t }) return t.x end)

-- __newindex of a function
show(function() local log = {} local t = setmetatable({ a = 1 }, { __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end }) t.a = 2 t.b = 3 t.b = 4 return t, log end)

-- __newindex of a table
show(function() local store = {} local t = setmetatable({ a = 1 }, { __newindex = store }) t.a = 2 t.b = 3 return t, store end)

-- __newindex through two tables
show(function() local s = {} local m = setmetatable({}, { __newindex = s }) local t = setmetatable({}, { __newindex = m }) t.x = 1 return t, m, s end)

-- __newindex that is a number
show(function() local t = setmetatable({}, { __newindex = 5 }) t.x = 1 end)

-- __newindex and assignment of nil
show(function() local n = 0 local t = setmetatable({}, { __newindex = function() n = n + 1 end }) t.x = nil t[1] = nil return n end)

-- __newindex in several assignment and table.insert
show(function() local log = "" local t = setmetatable({}, { __newindex = function(t, k, v) log = log .. k .. v rawset(t, k, v) end }) t[1], t[2] = "a", "b" table.insert(t, "c") return log, t end)

-- rawget, rawset, rawequal do not ask
show(function() local t = setmetatable({}, { __index = { a = 1 }, __newindex = function() error("no") end, __eq = function() return true end }) rawset(t, "b", 2) return rawget(t, "a"), rawget(t, "b"), rawequal(t, setmetatable({}, getmetatable(t))) end)

-- __call with arguments and results
show(function() local t = setmetatable({ v = "v" }, { __call = function(self, ...) return self.v, select("#", ...), ... end }) return t(1, nil, 3) end)

-- __call of a field and a method
show(function() local f = setmetatable({}, { __call = function(self, a, b) return a, b end }) local o = { f = f } local x, y = o:f("arg") return o.f(1, 2), x == o, y end)

-- __call that is a callable table is refused
show(function() local inner = setmetatable({}, { __call = function() return "inner" end }) local t = setmetatable({}, { __call = inner }) return t() end)

-- __call that is no function
show(function() local t = setmetatable({}, { __call = 5 }) t() end)

-- __add and the like with table on the left, on the right, on both sides
show(function()
  local mt = {}
  local function V(n) return setmetatable({ n = n }, mt) end
  local function n(x) return type(x) == "table" and x.n or x end
  mt.__add = function(a, b) return "add" .. n(a) .. n(b) end
  mt.__sub = function(a, b) return "sub" .. n(a) .. n(b) end
  mt.__mul = function(a, b) return "mul" .. n(a) .. n(b) end
  mt.__div = function(a, b) return "div" .. n(a) .. n(b) end
  mt.__mod = function(a, b) return "mod" .. n(a) .. n(b) end
  mt.__pow = function(a, b) return "pow" .. n(a) .. n(b) end
  local a, b = V(1), V(2)
  return a + b, a - 5, 5 * a, a / b, 7 % b, a ^ 2
end)

-- arithmetic of text and table
show(function()
  local mt = {}
  for _, op in ipairs { "add", "sub", "mul", "div", "mod", "pow" } do mt["__" .. op] = function(a, b) return op .. type(a) .. type(b) end end
  local t = setmetatable({}, mt)
  return t + "1", "1" + t, "x" - t, t * "x", "010" / t, t % "", "a" ^ t
end)

-- arithmetic of nil, true and table
show(function() local t = setmetatable({}, { __add = function(a, b) return tostring(a == nil) .. tostring(b == nil) end }) local n return t + n, n + t, true + t, t + true end)

-- two tables with different metatables: the left one is asked
show(function() local a = setmetatable({}, { __add = function() return "left" end }) local b = setmetatable({}, { __add = function() return "right" end }) return a + b, b + a, {} + b end)

-- metamethod's results are cut to one
show(function() local t = setmetatable({}, { __add = function() return 1, 2, 3 end, __index = function() return 4, 5 end, __unm = function() return 6, 7 end }) return t + 1, t.x, -t end)

-- metamethod that gives nothing
show(function() local t = setmetatable({}, { __add = function() end, __index = function() end, __concat = function() end }) return t + 1, t.x, t .. "" end)

-- __unm
show(function() local t t = setmetatable({ n = 3 }, { __unm = function(a, b) return a.n * -1, rawequal(a, b) end }) return -t, - -t end)

-- __concat left, right, in a chain
show(function()
  local t = setmetatable({}, { __concat = function(a, b) return (type(a) == "table" and "T" or a) .. "+" .. (type(b) == "table" and "T" or b) end })
  return t .. "x", "x" .. t, t .. t, "a" .. "b" .. t, t .. "a" .. "b", "a" .. t .. "b", 1 .. t, t .. 2
end)

-- __concat order in a long chain
show(function()
  local log = {}
  local mt = {}
  mt.__concat = function(a, b) log[#log + 1] = (type(a) == "table" and a.n or a) .. "," .. (type(b) == "table" and b.n or b) return setmetatable({ n = "r" .. #log }, mt) end
  local a, b = setmetatable({ n = "A" }, mt), setmetatable({ n = "B" }, mt)
  local r = "x" .. a .. "y" .. "z" .. b .. "w"
  return log, r.n
end)

-- __concat with nil and true
show(function() local t = setmetatable({}, { __concat = function(a, b) return tostring(type(a)) .. type(b) end }) local n return t .. n, n .. t, t .. true end)

-- __eq of two tables with the same function
show(function() local mt = { __eq = function(a, b) return a.v == b.v end } local a, b, c = setmetatable({ v = 1 }, mt), setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt) return a == b, a ~= b, a == c, a ~= c, a == a end)

-- __eq of different metatables with the same function
show(function() local eq = function() return true end local a, b = setmetatable({}, { __eq = eq }), setmetatable({}, { __eq = eq }) return a == b end)

-- __eq of different functions is not asked
show(function() local a, b = setmetatable({}, { __eq = function() return true end }), setmetatable({}, { __eq = function() return true end }) return a == b, a == {}, {} == a, a == 1 end)

-- __eq gives any value, the answer is true or false
show(function() local n = 0 local eq = function() n = n + 1 return n == 1 and "yes" or nil end local mt = { __eq = eq } local a, b = setmetatable({}, mt), setmetatable({}, mt) return a == b, a == b, a ~= b end)

-- __lt for < and >
show(function() local mt = { __lt = function(a, b) return a.v < b.v end } local a, b = setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt) return a < b, b < a, a > b, b > a end)

-- <= falls back to not __lt
show(function() local log = "" local mt = { __lt = function(a, b) log = log .. a.v .. b.v .. " " return a.v < b.v end } local a, b = setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt) return a <= b, b <= a, a >= b, b >= a, a <= a, log end)

-- __le is asked first
show(function() local mt = { __lt = function() return "lt" end, __le = function(a, b) return a.v <= b.v end } local a, b = setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt) return a <= b, b <= a, a >= b, b >= a, a < b end)

-- __lt of a table and a number
show(function() local t = setmetatable({}, { __lt = function() return true end }) return pcall(function() return t < 1 end) end)

-- __lt of different metatables
show(function() local lt = function() return true end local a, b = setmetatable({}, { __lt = lt }), setmetatable({}, { __lt = lt }) local c = setmetatable({}, { __lt = function() return true end }) return a < b, pcall(function() return a < c end) end)

-- __lt in table.sort
show(function() local mt = { __lt = function(a, b) return a.v > b.v end } local t = {} for i, v in ipairs { 2, 3, 1 } do t[i] = setmetatable({ v = v }, mt) end table.sort(t) return t[1].v, t[2].v, t[3].v end)

-- comparison in a condition with metamethods
show(function() local mt = { __lt = function(a, b) return nil end, __le = function() return 1 end } local a, b = setmetatable({}, mt), setmetatable({}, mt) local r = {} if a < b then r[1] = 1 else r[1] = 0 end if a <= b then r[2] = 1 else r[2] = 0 end if not (a > b) then r[3] = 1 end return r, a < b, a <= b end)

-- __tostring
show(function() return tostring(setmetatable({}, { __tostring = function(t) return "t" end })), ("%s"):format(tostring(setmetatable({}, { __tostring = function() return "f" end }))) end)

-- __tostring is not asked by string.format
show(function() return ("%s"):format(setmetatable({}, { __tostring = function() return "f" end })) end)

-- __tostring is not asked by ..
show(function() local t = setmetatable({}, { __tostring = function() return "t" end }) return "a" .. t end)

-- __metatable hides and protects
show(function() local t = setmetatable({}, { __metatable = "hidden" }) return getmetatable(t), pcall(setmetatable, t, {}) end)

-- __metatable false
show(function() local t = setmetatable({}, { __metatable = false }) return getmetatable(t), (pcall(setmetatable, t, nil)) end)

-- metatable removed
show(function() local t = setmetatable({}, { __index = { x = 1 } }) local a = t.x setmetatable(t, nil) return a, t.x, getmetatable(t) end)

-- metatable changed after it was set
show(function() local mt = {} local t = setmetatable({}, mt) local a = t.x mt.__index = { x = "late" } local b = t.x mt.__index = nil return a, b, t.x end)

-- setmetatable gives its table
show(function() local t, mt = {}, {} return setmetatable(t, mt) == t, getmetatable(t) == mt, getmetatable({}), getmetatable(1) end)

-- a method found by __index gets the first self
show(function() local C = {} C.__index = C function C:who() return self.name end local o = setmetatable({ name = "o" }, C) return o:who(), C.who({ name = "p" }) end)

-- global table with a metatable by way of a table
show(function() local env = setmetatable({}, { __index = function(_, k) return "global " .. k end }) return env.a .. env.b end)

-- proxies count reads and writes
show(function()
  local data, r, w = {}, 0, 0
  local p = setmetatable({}, { __index = function(_, k) r = r + 1 return data[k] end, __newindex = function(_, k, v) w = w + 1 data[k] = v end })
  p.x = 1 p.x = p.x + 1 p.y, p.z = p.x, p.x
  return data, r, w, next(p)
end)

-- default values by __index that stores
show(function() local t = setmetatable({}, { __index = function(t, k) local v = {} t[k] = v return v end }) t.a.b = 1 t.a.c = 2 return t end)

-- class with inheritance, super and tostring
show(function()
  local Animal = {} Animal.__index = Animal
  function Animal.new(name) return setmetatable({ name = name }, Animal) end
  function Animal:speak() return self.name .. " speaks" end
  local Dog = setmetatable({}, { __index = Animal }) Dog.__index = Dog Dog.__tostring = function(d) return "dog " .. d.name end
  function Dog.new(name) return setmetatable(Animal.new(name), Dog) end
  function Dog:speak() return Animal.speak(self) .. ": woof" end
  local d = Dog.new("Rex")
  return d:speak(), tostring(d), getmetatable(d) == Dog
end)

-- __newindex and __tostring as callable tables
show(function()
  local t = setmetatable({}, { __tostring = setmetatable({}, { __call = function() return "called" end }) })
  local u = setmetatable({}, { __newindex = setmetatable({}, { __call = function() error("not called") end }) })
  u.x = 1
  return tostring(t), rawget(u, "x"), getmetatable(u).__newindex.x
end)
