-- expect: stop
local s = ("x"):rep(4000000)
while true do hash.hmac("sha256", s, "x") hash.hmac("md5", s, s) hash.sha256(s) hash.sha1(s) end
