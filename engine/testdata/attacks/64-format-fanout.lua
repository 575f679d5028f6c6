-- expect: stop
local s = ("x"):rep(4000000)
local out = string.format(("%s"):rep(50), s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s)
return "ESCAPED: " .. #out
