-- expect: stop | groups of groups: sent, and weighed before a wait
local g = button("u", {view = "http://x"})
for i = 1, 12 do g = group("g", {g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g}) end
pcall(menu.create, {g})
local keep = {}
for i = 1, 40000 do keep[i] = {i} end
time.sleep(0.01)
return "done"
