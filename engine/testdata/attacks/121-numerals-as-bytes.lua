-- expect: stop | zeros of megabytes are bytes and numbers too
local s = ("0"):rep(4000000)
local list = {} for i = 1, 7000 do list[i] = s end
pcall(string.char, unpack(list))
pcall(string.format, ("%d"):rep(7000), unpack(list))
return "ESCAPED"
