-- expect: stop | a reply is larger than it looks
local keep = {}
for i = 1, 1e9 do keep[#keep + 1] = reply.text("") if #keep == 200000 then keep = {keep} end end
return "ESCAPED"
