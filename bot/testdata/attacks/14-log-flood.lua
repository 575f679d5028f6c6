-- expect: stop
local s, t = ("x"):rep(4000000), {} for i = 1, 100000 do t["k" .. i] = i end
while true do print(s, s, s, s) log.info(t, t) log.error({s, {s, {s, {s}}}}) log.debug("\255\0", {["\255"] = "\0"}) end
