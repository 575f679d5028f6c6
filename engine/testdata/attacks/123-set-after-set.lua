-- expect: stop | more long sets than a match keeps ready, in turns
local set = "[^" .. ("%a-z"):rep(4000) .. "]"
local p, s = "^(" .. (set .. "-"):rep(60) .. ")y", ("0"):rep(10000)
while true do s:find(p) end
