-- expect: stop | a pattern of its own for each call
for i = 1, 1e9 do pcall(re.test, "x", "(?:" .. i .. "(?:a{90}b{90}){5})|x") end
return "ESCAPED"
