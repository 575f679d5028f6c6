-- expect: stop
local f = ("%c%x%%%Z%q"):rep(100000)
while true do
  pcall(os.date, f) pcall(os.date, ("%"):rep(3000000)) pcall(os.date, "!%s", 1/0) pcall(os.date, "*t", -1e300) pcall(os.date, "%c", 0/0)
  pcall(os.time, {year = 1e308, month = -1e308, day = 1e18}) pcall(os.time, {year = "x", month = 1, day = 1})
end
