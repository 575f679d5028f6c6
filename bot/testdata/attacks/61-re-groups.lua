-- expect: stop | each thread of a match copies all groups
local wide, most = ("()"):rep(1300) .. ("(?:x?){99}"):rep(19) .. "y", ("()"):rep(100) .. ("(?:x?){99}"):rep(45) .. "y"
pcall(re.match, ("x"):rep(400), wide)
while true do pcall(re.match, ("x"):rep(3), most) pcall(re.match, ("x"):rep(30), most) pcall(re.match, "", most) end
