-- expect: stop | a half-made result at every level of the recursion
local s = ("x"):rep(2000000)
local function dig(n) return (s:gsub(".", function(c) if n > 60 then return c end return dig(n + 1) end)) end
return "ESCAPED: " .. #dig(1)
