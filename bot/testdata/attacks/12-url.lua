-- expect: stop
local s = ("\255"):rep(1300000)
local t = {} for i = 1, 100000 do t["k" .. i] = i end
while true do url.encode(s) pcall(url.decode, ("%41"):rep(1000000)) pcall(url.decode, ("%"):rep(4000000)) pcall(url.query, t) end
