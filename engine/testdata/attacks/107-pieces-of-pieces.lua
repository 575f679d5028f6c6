-- expect: stop | a quarter of a quarter of a quarter
local keep, tables = {}, {}
for i = 1, 10 do
  local s = ("x"):rep(4000000)
  while #s > 100 do s = s:sub(1, math.floor(#s / 4) + 1) end
  keep[i] = s
end
for i = 1, 1e9 do tables[i] = {i} end
