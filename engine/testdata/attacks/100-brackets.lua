-- expect: stop | quadratic although the pattern is short
local s = ("("):rep(1000000)
while true do s:find("%b()") s:find(".-%b()x") s:find("%f[%w]%b()") s:find("(()()()().-)x") end
