-- expect: stop
local t = {} msg.session.t = t t.f = print t.t = t t[1/0] = 1
for i = 1, 200000 do t["k" .. i] = i end
pcall(rawset, msg.session, "x", print) pcall(table.insert, msg.session, print) pcall(setmetatable, msg.session, {}) pcall(function() msg.session = {} end)
return "smuggled"
