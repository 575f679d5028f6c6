-- expect: stop | each match becomes a hundred of itself
local s = ("x"):rep(1000000)
local out = s:gsub("x", ("%0"):rep(100))
return "ESCAPED: " .. #out
