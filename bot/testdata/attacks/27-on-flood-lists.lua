-- place: top
local t = {} for i = 1, 19000 do t[i] = ("k"):rep(200) .. i end
for i = 1, 1e9 do pcall(on.text, t, "x") pcall(on.has, t, "x") end
