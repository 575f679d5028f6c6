-- expect: deny
local l = json.array{} if pcall(setmetatable, l, {}) then return "ESCAPED" end
for i = 1, 1000 do l[i] = json.array{l} end
pcall(json.encode, l) pcall(json.array, l) pcall(json.array, setmetatable({}, {__index = error})) l.x = 1 pcall(json.encode, l)
local t = {} t[json.null] = json.null t[l] = l pcall(json.encode, t)
return "denied"
