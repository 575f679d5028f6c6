-- Many constants, locals, upvalues, arguments: what instructions cannot name directly any more.

-- arithmetic with constants behind 600 others
show(function() local _, x = { 1...600 }, 8 return x + 1001, 1002 - x, x * 1003, 1004 / x, x % 1005, 1006 ^ 1, x + 1, 1000 + 1007 end)

-- comparisons with constants behind 600 others
show(function()
  local _, x, s = { 1...600 }, 1001, "late"
  local r = { x == 1001, 1001 ~= x, x < 1002, 1002 <= x, x > 1003, 1004 >= x, s == "late", "later" == s, s < "later" }
  if x == 1001 and s ~= "late one" then r[10] = "both" end
  return r
end)

-- fields behind 600 constants
show(function() local t = { 1...600 } t.alpha = "a" t.beta, t.gamma = t.alpha, 5001 t["delta"] = t.gamma + 1 return t.alpha, t.beta, t.gamma, t.delta, t.none end)

-- constructor's fields behind 600 constants
show(function() local _, v = { 1...600 }, "v" return { alpha = 7001, beta = "b", gamma = v, [7002] = "n", delta = nil, "item" } end)

-- methods behind 600 constants
show(function() local o = { 1...600 } function o:method(x) return x, #self end function o.field(x) return x end return o:method("late"), o.field(8001), ("text"):upper(), ("x"):rep(3) end)

-- globals behind 600 constants
show(function() local _ = { 1...600 } LATE, LATER = "late", 9001 LATE, LATER = LATER, LATE function LATEST() return LATE end return LATE, LATER, LATEST(), NONE end)

-- library functions behind 600 constants
show(function() local _ = { 1...600 } return math.max(1, 9002), string.format("%s %d", "f", 9003), #table.concat({ "a", "b" }, "-sep-"), type(math.floor) end)

-- appending behind 600 constants
show(function() local _, t = { 1...600 }, {} for i = 1, 5 do t[#t + 1] = "late" .. i end t[#t + 1] = 9004 t[#t + 1] = nil return #t, t end)

-- loops behind 600 constants
show(function() local _, n = { 1...600 }, 0 for i = 7001, 7003 do n = n + i end for i = 7010, 7000, -5 do n = n + 1 end for k, v in next, { late = 9005 } do n = n + v end return n end)

-- logic behind 600 constants
show(function() local _, x = { 1...600 }, nil x = x or 9006 x = x and "late" local y = x == "late" and 9007 or 9008 return x, y, not (y == 9007), x ~= "late" end)

-- assignment to fields by late constants among locals
show(function() local _, t, a = { 1...600 }, {}, 1 a, t.first, t["second"], t[9009] = "A", a, "S", "N" t.first, t.second = t.second, t.first return a, t end)

-- upvalues behind 600 constants
show(function() local _, u, t = { 1...600 }, "u", {} local function f() u = "late u" t.late = u t[9010] = u .. "!" return u, t.late, t[9010] end return f() end)

-- nan, zero and the like as constants behind 600 others
show(function() local _ = { 1...600 } local nan, inf, zero = 0 / 0, 1 / 0, 0 return nan == nan, inf == 1e999, zero == -0, -inf, nan ~= nan end)

-- a function with its own constants inside one with many
show(function() local t = { 1...600 } local function f(x) return x + 601, x .. "own", t[600] end return f(1) end)

-- a thousand texts as keys
show(function() local t = { 1...1000 } local n = 0 t.k1, t.k2, t.k3 = 1, 2, 3 for k in pairs(t) do n = n + 1 end return n, t.k1 + t.k2 + t.k3, t[1000] end)

-- equal numbers and texts of one look among the constants
show(function() local t = {} t[1], t["1"], t[1.5], t["1.5"], t[true], t["true"] = "n", "s", "f", "fs", "b", "bs" return t[1], t["1"], t[1.5], t["1.5"], t[true], t["true"] end)

-- a hundred locals, rotated
show(function() local v1...v100 = 1...100 v1...v100 = v100, v1...v99 return v1, v2, v99, v100 end)

-- a hundred locals, the last as operands
show(function() local v1...v100 = 1...100 v100 = v99 + v98 * v97 v99 = v100 and v1 v98 = v1 > v2 or v3 local t = { v96, v100, x = v99 } return t, v98, v100 .. v1 end)

-- a hundred locals, kept by functions
show(function()
  local fs = {}
  do
    local v1...v100 = 1...100
    fs[1] = function() v1 = v1 + 1 return v1, v100 end
    fs[2] = function() v100 = v100 + 1 return v1, v100 end
  end
  local w1...w100 = 101...200
  fs[1]()
  return fs[2](), w1, w100
end)

-- 190 locals and a call
show(function() local v1...v190 = 1...190 local function f(...) return select("#", ...), (select(-1, ...)) end return f(v1...v40), f(v190, f(v189)) end)

-- 190 locals, some of them by a call
show(function() local function f() return 1...100 end local v1...v90 = f() local w1...w90 = 0, f() return v1, v90, w1, w2, w90 end)

-- sixty upvalues
show(function() local v1...v60 = 1...60 local function f() v60 = v60 + v1 return { v1...v60 } end local t = f() return #t, t[1], t[59], t[60], v60 end)

-- sixty upvalues through a function between
show(function() local v1...v60 = 1...60 local function f() return function() v1, v60 = v60, v1 return { v1...v60 } end end local t = f()() return #t, t[1], t[30], t[60], v1 end)

-- fifty functions in one
show(function()
  local fs = {}
  for i = 1, 50 do fs[i] = function() return i end end
  local n = 0
  for i = 1, 50 do n = n + fs[i]() end
  return n
end)

-- two hundred arguments, two hundred values
show(function() local function f(...) return select("#", ...), ... end local t = { f(1...200) } return #t, t[1], t[2], t[201] end)

-- 240 registers of arguments and a call
show(function() local function f(...) return select("#", ...), (select(100, ...)) end return f(1...120, f(1...118)) end)

-- 200 parameters
show(function() local function f(p1...p200) return p1, p100, p200 end return f(1...200) end)

-- 150 values of dots
show(function(...) local v1...v150 = ... local t = { ... } return v1, v150, #t, select("#", ...), (select(149, ...)) end, 1...150)

-- five thousand values by unpack
show(function() local t = {} for i = 1, 5000 do t[i] = i end local function f(...) return select("#", ...), (select(-1, ...)) end local n, last = f(unpack(t)) local u = { unpack(t) } return n, last, #u end)

-- a hundred texts joined
show(function() local v1...v90 = 1...90 local a, b = "a", "b" return a .. v1 .. v2 .. v3 .. v4 .. v5 .. v6 .. v7 .. v8 .. v9 .. v10 .. v11 .. v12 .. b .. v88 .. v89 .. v90 end)

-- a long chain of additions and of and
show(function(x) return x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x, x and x and x and x and x and x and x and x and x and false end, 2)

-- twenty levels of brackets, constructors and functions
show(function(x) return ((((((((((((((((((((x)))))))))))))))))))), #{ { { { { { { { { {} } } } } } } } } }, (function() return (function() return (function() return x end)() end)() end)() end, 3)

-- twenty levels of blocks
show(function() local n = 0 do do do do do do do do do do local a = 1 do local b = 2 do local c = 3 do n = a + b + c end end end end end end end end end end end end end if n > 5 then if n > 4 then if n > 3 then while true do repeat n = n + 1 break until false break end end end end return n end)
