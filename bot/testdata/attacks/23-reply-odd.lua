-- expect: stop
local t = {} for i = 1, 200000 do t[i] = {title = "x"} end
local big = {} for i = 1, 100000 do big["k" .. i] = i end
while true do pcall(reply.news, t) pcall(reply.news, big) pcall(reply.pick, t) pcall(reply.music, big) pcall(reply.text, ("x"):rep(3000000)) end
