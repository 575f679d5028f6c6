-- expect: stop | __concat that doubles, and one that never ends
local m = {} m.__concat = function(a, b) return (type(a) == "string" and a or "x") .. (type(b) == "string" and b or "y") end
local t = setmetatable({}, m) local s = "x"
for i = 1, 64 do s = (s .. t) .. (t .. s) end
local n = setmetatable({}, {}) getmetatable(n).__concat = function(a, b) return a .. b end
return "ESCAPED: " .. #(n .. n)
