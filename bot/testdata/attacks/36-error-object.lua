-- expect: stop
local t = {} for i = 1, 150000 do t[i] = ("x"):rep(10) .. i end
error(setmetatable({t = t, ["\0\255"] = {t, {t, {t}}}}, {__tostring = function() while true do end end, __index = error}))
