-- expect: stop | counted repeats in one another, side by side
local p = ("((a{30}){30}b)"):rep(280)
while true do pcall(re.test, "aaaa", p) pcall(re.test, "x", ("(?i:\\pL{90})"):rep(300)) pcall(re.test, "x", ("[^\\pL\\pN]{99}"):rep(250)) end
