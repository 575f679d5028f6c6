-- expect: stop
local s = "[" .. ('{"a":1},'):rep(500000) .. "1]"
local keep = {} for i = 1, 100 do keep[i] = json.decode(s) end
return "ESCAPED"
