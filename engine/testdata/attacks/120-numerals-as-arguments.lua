-- expect: stop | thousands of numerals of megabytes in one call
local s = ("7"):rep(4000000)
local list = {} for i = 1, 7000 do list[i] = s end
pcall(math.max, unpack(list))
return "ESCAPED"
