-- expect: stop
local f = ("%A"):rep(500)
while true do pcall(time.format, 0, f) pcall(time.format, 1e300, "%Y") pcall(time.format, 0, "%Y", "../../etc/passwd") pcall(time.format, 0, "%Y", "No/Such") pcall(time.format, 0, ("%"):rep(900)) time.now() end
