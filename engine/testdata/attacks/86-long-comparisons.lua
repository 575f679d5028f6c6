-- expect: stop | one instruction each, four megabytes long
local s = ("a"):rep(2000000) local a, b = s .. s, s .. s local t, n = {}, 0
while true do
  if a < b or a > b or a <= b and a == b then n = n + 1 end
  t[a] = 1 t[b] = t[a] t[a] = nil
end
