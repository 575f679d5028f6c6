-- expect: value | as much as is allowed, and many short waits with it
local keep = {}
for i = 1, 80000 do keep[i] = {i} end
for i = 1, 200 do store.get("k") end
return "done"
