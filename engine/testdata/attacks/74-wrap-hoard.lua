-- expect: stop | what a sleeping coroutine holds, held by nothing but its wrapper
local keep = {}
for i = 1, 1900 do
  local co = coroutine.wrap(function()
    local t = {}
    for j = 1, 1e9 do t[j] = {j} if j % 5000 == 0 then coroutine.yield() end end
  end)
  keep[i] = co co() co()
end
return "ESCAPED"
