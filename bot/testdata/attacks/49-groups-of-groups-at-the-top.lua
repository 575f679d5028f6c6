-- place: top
local g = button("u", {view = "http://x"})
for i = 1, 9 do g = group("g", {g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g,g}) end
on.text("go", "x")
menu{g}
