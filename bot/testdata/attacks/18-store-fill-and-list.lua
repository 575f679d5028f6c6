-- expect: stop
local v = ("x"):rep(250000)
for i = 1, 150 do store.set("k" .. i, v) end
for i = 1, 150 do pcall(store.list, "", 1000) end
return "ESCAPED"
