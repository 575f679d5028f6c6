-- expect: stop | (?i) looks up every character of a range
local p = "(?i)[" .. ("B-\240\158\165\131"):rep(680) .. "]"
local ok, e = pcall(re.test, "x", p)
while true do pcall(re.test, "x", "(?i)[" .. ("B-\240\158\165\131"):rep(16) .. "]") end
