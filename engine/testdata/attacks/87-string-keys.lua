-- expect: stop
local t = {}
for i = 1, 1e9 do t[("k"):rep(40) .. i] = true end
return "ESCAPED"
