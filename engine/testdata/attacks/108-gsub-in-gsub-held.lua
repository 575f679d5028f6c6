-- expect: stop | results half made at every level, and tables at the last
local s = ("x"):rep(3900000) .. "y"
local n = 0
local function f()
  n = n + 1
  if n < 14 then s:gsub("y", f) return "" end
  local keep = {}
  for i = 1, 1e9 do keep[i] = {i, i, i} end
end
s:gsub("y", f)
return "ESCAPED " .. n
