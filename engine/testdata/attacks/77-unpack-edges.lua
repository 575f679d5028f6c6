-- expect: deny
local max = 9223372036854775807
local r = {pcall(unpack, {}, max - 2000, max), pcall(unpack, {}, -max, -max + 100), pcall(unpack, {}, 1, 7999.9),
  pcall(unpack, {}, 0/0, 1/0), pcall(unpack, {}, -1/0, 1/0), pcall(unpack, {1, 2}, max, max), pcall(unpack, {}, "1", "9000")}
for i = 1, 20 do pcall(table.concat, {}, "x", max - 10, max) pcall(table.concat, {}, "", -max, max) pcall(select, max, 1) pcall(select, -max, 1) end
return "denied"
