-- expect: stop | cleared keys are never forgotten; small tables, many of them
local keep = {}
for i = 1, 1e9 do local t = {} for j = 1, 30 do t["k" .. j] = j t["k" .. j] = nil end keep[i] = t end
return "ESCAPED"
