-- expect: stop | the shortest match asks a set of megabytes for every character
local p, s = "^[^" .. ("b"):rep(3900000) .. "]-$", ("x"):rep(5000)
while true do s:find(p) s:find("%f" .. p:sub(2, -3)) end
