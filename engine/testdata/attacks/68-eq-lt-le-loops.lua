-- expect: stop
local m = {}
m.__eq = function(a, b) return a == b end
m.__lt = function(a, b) return a < b end
m.__le = function(a, b) return not (b < a) end
local x, y = setmetatable({}, m), setmetatable({}, m)
while true do
  pcall(function() return x == y end) pcall(function() return x < y end) pcall(function() return x <= y end)
  pcall(table.sort, {x, y, x, y, x})
end
