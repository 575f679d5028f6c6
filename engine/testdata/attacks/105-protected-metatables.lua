-- expect: deny
local t = setmetatable({}, {__metatable = "mine", __index = {}})
if pcall(setmetatable, t, {}) or getmetatable(t) ~= "mine" then return "ESCAPED" end
if pcall(setmetatable, _G, {}) or pcall(setmetatable, _G, nil) or getmetatable(_G) ~= false then return "ESCAPED: _G" end
for _, v in ipairs({1, "x", true, print, coroutine.create(print)}) do if pcall(setmetatable, v, {}) then return "ESCAPED: " .. type(v) end end
local ok = pcall(function() getmetatable(_G).__index = {} end) if ok then return "ESCAPED: env" end
return "denied"
