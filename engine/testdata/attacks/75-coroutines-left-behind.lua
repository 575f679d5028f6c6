-- expect: stop | two thousand suspended stacks, each as large as can be
local args = {} for i = 1, 7000 do args[i] = i end
local keep = {}
local function fill(n, ...) if n == 0 then coroutine.yield() return end return 1 + fill(n - 1, ...) end
for i = 1, 1990 do keep[i] = coroutine.create(function() fill(6, unpack(args)) end) coroutine.resume(keep[i]) end
return "ESCAPED"
