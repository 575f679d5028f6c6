-- expect: stop
local m = {}
m.__unm = function(a) return -a end
m.__len = function(a) return #a end
m.__tostring = function(a) return tostring(a) end
m.__mod = function(a, b) return a % b end m.__pow = function(a, b) return a ^ b end
local x = setmetatable({}, m)
while true do
  pcall(function() return -x end) pcall(function() return #x end) pcall(tostring, x)
  pcall(function() return x % x end) pcall(function() return x ^ 2 end) pcall(string.format, "%s", x)
end
