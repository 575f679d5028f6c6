-- expect: stop
local a, b = {}, {}
setmetatable(a, {__newindex = function(_, k, v) b[k] = v end})
setmetatable(b, {__newindex = function(_, k, v) a[k] = v end})
local c = {} for i = 1, 90 do c = setmetatable({}, {__newindex = c}) end
while true do pcall(function() a.x = 1 end) c.y = 2 end
