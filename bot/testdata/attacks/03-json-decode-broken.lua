-- expect: stop
local open, quote = ("["):rep(4000000), '"' .. ("\\u0041"):rep(600000)
while true do pcall(json.decode, open) pcall(json.decode, quote) pcall(json.decode, ("\n"):rep(4000000)) pcall(json.decode, ("1"):rep(4000000)) pcall(json.decode, "\0\255") end
