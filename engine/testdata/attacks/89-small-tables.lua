-- expect: stop | a table with one field is larger than it looks
local keep = {}
for i = 1, 1e9 do keep[#keep + 1] = {x = i} if #keep == 262143 then keep = {keep} end end
return "ESCAPED"
