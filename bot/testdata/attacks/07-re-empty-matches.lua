-- expect: stop
local s = ("a"):rep(1000000)
while true do pcall(re.find_all, s, "") pcall(re.gsub, s, "", "") pcall(re.find_all, s, "(a)(a)()") pcall(re.gsub, s, "a", "bb") end
