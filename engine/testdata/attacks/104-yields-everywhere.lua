-- expect: stop
local y = coroutine.yield
while true do
  local co = coroutine.wrap(function() pcall(y) pcall(table.sort, {2, 1}, y) pcall(string.gsub, "abc", ".", y) for _ in y do break end return setmetatable({}, {__index = y}).x end)
  for i = 1, 10 do pcall(co) end
  pcall(y) pcall(coroutine.resume, coroutine.running()) pcall(coroutine.status, co)
  pcall(function() coroutine.wrap(function() coroutine.wrap(y)() end)() end)
end
