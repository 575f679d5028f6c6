-- expect: stop | # and the append walk over them
local t = {} for i = 1, 262143 do t[i] = i end for i = 262143, 2, -1 do t[i] = nil end
while true do t[#t + 1] = nil local n = #t table.getn(t) table.maxn(t) pcall(unpack, t) pcall(table.concat, t) end
