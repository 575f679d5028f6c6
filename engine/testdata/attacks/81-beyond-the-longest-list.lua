-- expect: stop | what is appended must be there or raise, never be lost
local t = {}
for i = 1, 300000 do t[#t + 1] = i if #t ~= i or t[i] ~= i then return "ESCAPED: lost " .. i end end
return "ESCAPED: " .. #t
