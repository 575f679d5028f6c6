-- Constant conditions, and jumps at the head of the bodies of loops.

-- if false in ipairs
show(function() local n = 0 for k, v in ipairs { 1, 2, 3 } do if false then print(v) end n = n + v end return n end)

-- if false with a local in pairs
show(function() local r = "none" for k, v in pairs { 1 } do if false then local x = 1 end r = "ran" end return r end)

-- if nil, then return
show(function() for k, v in ipairs { 7 } do if nil then local x = 1 end return "in " .. v end return "after" end)

-- if false in the inner of two
show(function()
  local n = 0
  for k, v in ipairs { 1, 2, 3 } do for kk, vv in ipairs { 4, 5 } do if false then local z = 1 end n = n + vv end end
  return n
end)

-- if false and v
show(function() local n = 0 for k, v in ipairs { 1, 2, 3 } do if false and v then local d = v end n = n + v end return n end)

-- true or x at the head
show(function() local n, x = 0, nil for k, v in ipairs { 1, 2, 3 } do local y = true or x n = n + (y and v) end return n end)

-- not nil at the head
show(function() local n = 0 for k, v in ipairs { 1, 2, 3 } do local y = not nil n = n + (y and v or 100) end return n end)

-- if true
show(function() local n = 0 for k, v in ipairs { 1, 2, 3 } do if true then n = n + v end end return n end)

-- if a number, a text, a constructor, a function
show(function()
  local n = 0
  for i = 1, 2 do
    if 1 then n = n + 1 end
    if 0 then n = n + 10 end
    if "" then n = n + 100 end
    if {} then n = n + 1000 end
    if function() end then n = n + 10000 end
  end
  return n
end)

-- if false with else
show(function() local n = 0 for _, v in ipairs { 1, 2 } do if false then n = n + 100 else n = n + v end end return n end)

-- if true with else
show(function() local n = 0 for _, v in ipairs { 1, 2 } do if true then n = n + v else n = n + 100 end end return n end)

-- elseif false
show(function()
  local s = ""
  for i = 1, 3 do
    if i == 1 then s = s .. "one" elseif false then s = s .. "never" elseif i == 2 then s = s .. "two" else s = s .. "else" end
  end
  return s
end)

-- elseif true hides what follows
show(function()
  local s = ""
  for i = 1, 3 do if i == 1 then s = s .. "one" elseif true then s = s .. "true" elseif i == 2 then s = s .. "two" else s = s .. "else" end end
  return s
end)

-- if nil elseif nil else
show(function() local s = "" for _, v in pairs { 1 } do if nil then s = "a" elseif nil then s = "b" else s = "c" end end return s end)

-- if not true, if not false
show(function() local n = 0 for i = 1, 3 do if not true then n = 100 end if not false then n = n + i end end return n end)

-- if true and x, if false or x
show(function()
  local n = 0
  for _, v in ipairs { 1, false, 3 } do
    if true and v then n = n + 1 end
    if false or v then n = n + 10 end
    if nil or not v then n = n + 100 end
    if 1 and not v then n = n + 1000 end
  end
  return n
end)

-- if x and false, if x or true
show(function()
  local n = 0
  for _, v in ipairs { 1, 2 } do
    if v and false then n = n + 1 end
    if v or true then n = n + 10 end
    if v == 1 and nil then n = n + 100 end
    if v == 1 or 1 then n = n + 1000 end
  end
  return n
end)

-- comparison of constants
show(function()
  local n = 0
  for i = 1, 2 do
    if 1 == 1 then n = n + 1 end
    if 1 == 2 then n = n + 10 end
    if "a" ~= "b" then n = n + 100 end
    if 1 < 2 and 2 < 3 then n = n + 1000 end
    if nil == false then n = n + 10000 end
  end
  return n
end)

-- while true with break
show(function() local n = 0 while true do n = n + 1 if n == 5 then break end end return n end)

-- while 1 with break at the head
show(function() local n = 0 while 1 do if n > 3 then break end n = n + 1 end return n end)

-- while true with return
show(function() local n = 0 while true do n = n + 1 if n > 6 then return n end end end)

-- while not nil
show(function() local n = 0 while not nil do n = n + 1 if n == 3 then break end end return n end)

-- while true or x
show(function() local n, x = 0, nil while true or x do n = n + 1 if n == 3 then break end end return n end)

-- while true and x
show(function() local n, x = 0, 3 while true and x > 0 do x = x - 1 n = n + 1 end return n end)

-- while false, while nil
show(function() local n = 0 while false do n = n + 1 end while nil do n = n + 10 end while not 1 do n = n + 100 end return n end)

-- while with break right away
show(function() local n = 0 while true do break end while true do n = 1 do break end end return n end)

-- repeat until true
show(function() local n = 0 repeat n = n + 1 until true return n end)

-- repeat until 1, until a text
show(function() local n = 0 repeat n = n + 1 until 1 repeat n = n + 10 until "x" return n end)

-- repeat until false with break
show(function() local n = 0 repeat n = n + 1 if n == 4 then break end until false return n end)

-- repeat until nil with return
show(function() local n = 0 repeat n = n + 1 if n == 4 then return "out", n end until nil end)

-- repeat until not nil, until true or x
show(function() local n, x = 0, nil repeat n = n + 1 until not nil repeat n = n + 10 until true or x repeat n = n + 100 until x or true return n end)

-- continue by repeat until true in a loop
show(function()
  local n = 0
  for i = 1, 6 do repeat if i % 2 == 0 then break end n = n + i until true end
  return n
end)

-- break as the only statement
show(function() local n = 0 for i = 1, 5 do n = n + 1 break end for _ in pairs { 1, 2 } do break end return n end)

-- break inside do at the head
show(function() local n = 0 for _, v in ipairs { 1, 2, 3 } do do if v == 2 then break end end n = n + v end return n end)

-- if false with a break inside
show(function() local n = 0 for _, v in ipairs { 1, 2, 3 } do if false then break end n = n + v end return n end)

-- if true with a break inside
show(function() local n = 0 for _, v in ipairs { 1, 2, 3 } do n = n + v if true then break end end return n end)

-- if false with a return inside
show(function() for _, v in ipairs { 1, 2, 3 } do if false then return "never" end if v == 3 then return "three" end end end)

-- return at the head of a loop
show(function() for i = 1, 3 do do return i end end end)

-- nested loops that begin with loops
show(function()
  local n = 0
  for i = 1, 2 do for j = 1, 2 do for k = 1, 2 do n = n + 1 end end end
  for _ in pairs { 1 } do while true do repeat n = n + 10 until true break end end
  for _, v in ipairs { 3 } do for i = 1, v do if i == 2 then break end n = n + 100 end end
  return n
end)

-- body that begins with while false
show(function() local n = 0 for _, v in ipairs { 1, 2, 3 } do while false do n = 100 end n = n + v end return n end)

-- body that begins with repeat
show(function() local n = 0 for _, v in ipairs { 1, 2, 3 } do repeat n = n + v until true end return n end)

-- body that begins with a comparison as a value
show(function() local n = 0 for _, v in ipairs { 1, 2, 3 } do local big = v > 1 if big then n = n + v end end return n end)

-- body that begins with and, or, not
show(function()
  local t = {}
  for i, v in ipairs { 1, 2 } do
    local a = v and v + 1
    local b = a or 5
    local c = not b
    t[i] = a + b + (c and 100 or 0)
  end
  return t
end)

-- body that begins with a function
show(function() local n = 0 for _, v in ipairs { 1, 2 } do local f = function() return v end n = n + f() end return n end)

-- empty bodies
show(function() for i = 1, 3 do end for _ in pairs { 1 } do end while false do end repeat until true if true then end if false then else end do end return "done" end)

-- conditions in the body of a method and its closures
show(function()
  local o = { n = 0 }
  function o:run(list)
    for _, v in ipairs(list) do
      if false then self.n = -1 elseif nil then self.n = -2 end
      local add = function() if true then self.n = self.n + v end end
      add()
    end
    return self.n
  end
  return o:run { 1, 2, 3 }
end)

-- conditions in a coroutine
show(function()
  local co = coroutine.wrap(function()
    for _, v in ipairs { 1, 2, 3 } do
      if false then coroutine.yield("never") end
      while true do coroutine.yield(v) break end
    end
    return "end"
  end)
  return co(), co(), co(), co()
end)

-- conditions in a vararg function
show(function(...)
  local n = 0
  for i, v in ipairs { ... } do
    if false or select("#", ...) == 0 then return "none" end
    if true and ... then n = n + v end
  end
  return n
end, 1, 2)

-- if x == nil at the head
show(function() local n = 0 for _, v in ipairs { 1, 2 } do if v == nil then n = 100 end n = n + v end return n end)

-- if not x at the head, x an upvalue and a global
show(function()
  local n, up = 0, nil
  G = nil
  local function f() for _, v in ipairs { 1, 2 } do if not up then n = n + v end if not G then n = n + 10 * v end end end
  f()
  return n
end)

-- many arms
show(function()
  local s = ""
  for i = 1, 7 do
    if i == 1 then s = s .. "a" elseif i == 2 then s = s .. "b" elseif i == 3 then s = s .. "c"
    elseif i == 4 then s = s .. "d" elseif i == 5 then s = s .. "e" elseif i == 6 then s = s .. "f" end
  end
  return s
end)

-- constants in the bounds of loops
show(function() local n = 0 for i = true and 1, false or 3 do n = n + i end for _, v in ipairs(nil or { 5 }) do n = n + v end return n end)

-- code behind a constant return
show(function() local function f() do return 1 end return 2 end local function g() if true then return 3 end return 4 end return f(), g() end)

-- statements between two constant conditions
show(function()
  local s = ""
  for _, v in next, { 1 } do if false then s = "x" end s = s .. "a" if nil then s = "y" end s = s .. "b" if true then s = s .. "c" end s = s .. "d" end
  return s
end)
