-- expect: deny
local function denied(f, ...) return not pcall(f, ...) end
if getmetatable("") ~= false or ("").x ~= nil then return "ESCAPED: metatable" end
if not denied(function() ("x").y = 1 end) or not denied(function() local s = "x" s[1] = 2 end) then return "ESCAPED: write" end
if not denied(setmetatable, "", {}) or not denied(rawset, "", "x", 1) or not denied(rawget, "", "rep") then return "ESCAPED: raw" end
if not denied(function() getmetatable("").__index = nil end) or not denied(("x").rep, {}, 3) then return "ESCAPED: index" end
local t = setmetatable({}, {__index = ("").rep}) if not denied(function() return t.x end) then return "ESCAPED: rep" end
return "denied"
