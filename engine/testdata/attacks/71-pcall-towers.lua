-- expect: stop
local function tower(n) if n == 0 then error({}) end return pcall(pcall, pcall, pcall, tower, n - 1) end
local t = {} for i = 1, 190 do t[i] = pcall end t[#t + 1] = error
while true do pcall(tower, 60) pcall(unpack(t)) pcall(pcall) pcall(xpcall, error, error) end
