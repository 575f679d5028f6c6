-- expect: stop
local s, p = ("a"):rep(2000000), ("a"):rep(500000) .. "b"
while true do s:find(p, 1, true) s:find(p) s:find("b", 1, true) s:gsub("b", "") s:match("^a-b") end
