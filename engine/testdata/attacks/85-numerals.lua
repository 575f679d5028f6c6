-- expect: stop | turning long texts into numbers
local d, z, h = ("7"):rep(4000000), ("0"):rep(4000000), "0x" .. ("F"):rep(4000000)
while true do
  tonumber(d) tonumber(z, 36) tonumber(h) tonumber(d, 10) tonumber(h, 16) tonumber((" "):rep(3))
  pcall(function() return z + 0 end) pcall(function() return d * 1 end)
  pcall(function() return -h end) pcall(string.rep, "x", d) pcall(string.format, "%d %x %g", z, z, d)
end
