-- expect: stop | iterators are larger than they look
local keep = {}
for i = 1, 1e9 do keep[#keep + 1] = ("x"):gmatch("(.)") if #keep > 200000 then keep = {keep} end end
return "ESCAPED"
