-- expect: stop
local s = ("x"):rep(3000000)
while true do base64.encode(s) base64.decode(base64.encode(s)) pcall(base64.decode, s .. "!") end
