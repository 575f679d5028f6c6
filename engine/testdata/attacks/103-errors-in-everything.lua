-- expect: stop | raising where something is half done
local co = coroutine.wrap(function() error({}) end)
while true do
  pcall(co) pcall(table.sort, {1, 2, 3}, error) pcall(string.gsub, "abc", ".", error) pcall(tostring, setmetatable({}, {__tostring = error}))
  pcall(function() for _ in error do end end) pcall(function() return setmetatable({}, {__index = error}).x end)
  pcall(coroutine.resume, coroutine.create(error), {}) pcall(coroutine.wrap(function() coroutine.yield(error) end)) pcall(setmetatable({}, {__call = error}))
end
