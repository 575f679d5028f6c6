-- expect: stop | one long openid a hundred times
local s = ("\1"):rep(1000000)
local l = {} for i = 1, 100 do l[i] = s end
pcall(user.get_all, l)
mass.send{touser = l, text = {content = "x"}}
