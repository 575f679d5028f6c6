-- expect: stop | a template of a million captures that are empty
local s = ("x"):rep(100000)
while true do s:gsub("(y*)x", ("%1"):rep(2000000)) end
