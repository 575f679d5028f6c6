-- expect: stop | two tables that ask one another
local a, b = {}, {}
setmetatable(a, {__index = function(_, k) return b[k .. "x"] end})
setmetatable(b, {__index = function(_, k) return a[k .. "y"] end})
while true do pcall(function() return a.k end) end
