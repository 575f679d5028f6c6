-- expect: stop | two bytes of text, a table of Lua
local s = "[" .. ("{},"):rep(1300000) .. "1]"
while true do json.decode(s) end
