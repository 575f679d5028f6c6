-- expect: stop | the matches found at every level
local p = ("()"):rep(900) .. "x"
local s = ("x"):rep(1500)
local depth = 0
local function f()
  depth = depth + 1
  if depth < 30 then re.gsub(s, p, f) end
  return ""
end
re.gsub(s, p, f)
return "ESCAPED " .. depth
