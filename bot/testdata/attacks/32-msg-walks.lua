-- expect: stop
while true do next(msg) next(msg, "content") pcall(unpack, msg) local n = #msg for k, v in pairs(msg.raw) do end for k, v in pairs(settings) do end pcall(function() msg.nosuch = nil end) end
