-- place: top | another rule for each message
local n = tonumber((tostring({}):match("0x0*(%x+)"))) or 1
for i = 1, os and 3 or 2 do on.text("k" .. i, "x") end
on.text(function() on.text("late", "x") return "ESCAPED" end)
