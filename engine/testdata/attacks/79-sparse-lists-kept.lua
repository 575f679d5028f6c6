-- expect: stop | one instruction, four megabytes
local keep = {}
for i = 1, 1e9 do local t = {} t[262143] = 1 keep[i] = t end
return "ESCAPED"
