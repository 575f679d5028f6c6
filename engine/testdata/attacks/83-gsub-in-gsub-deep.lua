-- expect: stop
local function f(c) return (c:gsub(".", f)) end
local function g(c) return (c:gsub("%w+", setmetatable({}, {__index = function(_, k) return g(k .. "x") end}))) end
while true do pcall(f, "abc") pcall(g, "abc") pcall(string.gsub, "abc", ".", string.gsub) end
