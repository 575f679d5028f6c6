-- expect: stop | huge error values, and ones that bite
local big = {} for i = 1, 100000 do big[i] = i end
local biting = setmetatable({}, {__tostring = function() while true do end end, __index = function() while true do end end})
for i = 1, 1000 do pcall(error, big) pcall(error, biting) pcall(error, ("x"):rep(10000), 2) pcall(error, nil) pcall(error) end
error(setmetatable(big, {__tostring = function() error("in tostring") end, __concat = function() return "ESCAPED" end}))
