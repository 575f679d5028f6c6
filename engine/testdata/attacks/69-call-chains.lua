-- expect: stop
local f = function() return 1 end
for i = 1, 300 do f = setmetatable({}, {__call = f}) end
local c = setmetatable({}, {}) getmetatable(c).__call = function(self, ...) return self(1, ...) end
while true do pcall(f) pcall(c) pcall(setmetatable({}, {__call = c})) end
