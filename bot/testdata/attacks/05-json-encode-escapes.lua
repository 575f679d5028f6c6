-- expect: stop | one byte becomes six
local s = ("\1"):rep(900000)
while true do pcall(json.encode, s) pcall(json.encode, {s, s, s}) pcall(json.encode, {[s] = s}) pcall(json.encode, "\255") end
