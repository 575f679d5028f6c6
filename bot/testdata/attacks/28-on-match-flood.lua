-- place: top
for i = 1, 1e9 do on.match("^(?:" .. i .. "(?:a{50}b{50}){2})$", "x") end
