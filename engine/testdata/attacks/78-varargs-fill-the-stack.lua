-- expect: stop
local args = {} for i = 1, 7900 do args[i] = i end
local function f(n, ...) local t = {...} if n > 0 then return f(n - 1, unpack(args)), #t end return select("#", ...) end
while true do pcall(f, 100, unpack(args)) pcall(function(...) return f(50, ...) end, unpack(args)) end
