-- expect: stop | the template multiplies the match
local s = ("a"):rep(400000)
local ok, e = pcall(re.gsub, s, "a+", ("$0"):rep(100000))
if ok then return "ESCAPED: " .. #e end
return "denied"
