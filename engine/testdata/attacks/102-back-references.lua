-- expect: stop
local s = ("a"):rep(30000)
while true do s:find("(a*)%1%1b") s:find("(a-)(a-)%1%2b") s:gsub("(a*)%1b", "%1") end
