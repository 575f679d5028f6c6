-- expect: stop | the keys are sorted first
local t = {} for i = 1, 150000 do t["k" .. i] = i end
local deep = {} for i = 1, 100 do deep = {deep} end
local round = {} round.x = round
while true do pcall(json.encode, t) pcall(json.array, t) pcall(json.encode, deep) pcall(json.encode, round) pcall(url.query, t) end
