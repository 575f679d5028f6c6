-- place: top
local n = ("x"):rep(60000)
local g = button(n, {view = "http://x"})
for i = 1, 600 do g = group(n, {g}) end
on.text("go", "x")
menu{g}
