-- expect: stop | iterators with all their captures
local its = {}
for i = 1, 1e7 do its[i] = (("x"):rep(200) .. i):gmatch(("(x)"):rep(30)) end
