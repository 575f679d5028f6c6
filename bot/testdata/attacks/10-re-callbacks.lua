-- expect: stop
local function f(s) return re.gsub(s, ".", f) end
while true do
  pcall(f, "abc") pcall(re.gsub, "abc", ".", error) pcall(re.gsub, "abc", ".", function() return {} end)
  pcall(coroutine.wrap(function() re.gsub("abc", ".", coroutine.yield) end))
  pcall(re.gsub, "abc", ".", setmetatable({}, {__index = function(t, k) return t[k .. "x"] end}))
end
