-- expect: stop | a chain of closures, each of which holds the last
local last = function() end
while true do
  local a, b, c, d, prev = {}, 1, 2, 3, last
  last = function() return a, b, c, d, prev end
end
