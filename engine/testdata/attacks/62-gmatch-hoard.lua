-- expect: stop | iterators keep their subjects alive where no table does
local keep = {}
for i = 1, 1000 do keep[i] = (("x"):rep(3000000) .. i):gmatch("x") keep[i]() end
return "ESCAPED"
