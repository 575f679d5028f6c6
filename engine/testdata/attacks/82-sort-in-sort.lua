-- expect: stop
local t = {} for i = 1, 2000 do t[i] = 2000 - i end
local function cmp(a, b) table.sort({5, 4, 3, 2, 1}, cmp) return a < b end
while true do pcall(table.sort, t, cmp) pcall(table.sort, t, function() error(t) end) pcall(table.sort, t, function(a) t[a] = nil t[#t + 1] = a return true end) end
