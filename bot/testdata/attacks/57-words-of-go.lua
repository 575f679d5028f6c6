-- expect: stop | Go's words in errors of the script's own, each of which would be a line in the operator's log
local s = "interface conversion: " .. ("x"):rep(4000)
for i = 1, 1e9 do pcall(error, s, 0) end
