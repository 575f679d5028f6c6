-- expect: stop
for i = 1, 1e9 do _G["g" .. i] = {i} _G[i] = i end
return "ESCAPED"
