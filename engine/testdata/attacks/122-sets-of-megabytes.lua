-- expect: stop | the set of a pattern has megabytes
local find, s = string.find, ("x"):rep(10000)
local a, b, c = "[" .. ("a"):rep(4000000) .. "]", "^[^" .. ("a"):rep(3900000) .. "]*$", "x*[" .. ("a"):rep(3900000) .. "]"
while true do find(s, a) find(s, b) find(s, c) end
