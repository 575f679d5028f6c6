-- expect: stop | iterators over fans that nobody walks
local its = {}
for i = 1, 1e7 do its[i] = user.list() end
