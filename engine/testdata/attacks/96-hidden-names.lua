-- expect: deny | the names that the rewriter uses
for _, n in ipairs({"\0cat", "\0append", "\0string.format", "\0selftest", "_printregs", "load", "loadstring", "dofile", "loadfile", "io", "debug", "module",
  "newproxy", "getfenv", "setfenv", "collectgarbage", "channel", "jit", "bit32"}) do
  if _G[n] ~= nil or rawget(_G, n) ~= nil then return "ESCAPED: " .. n end
end
for _, n in ipairs({"dump", "gfind", "execute", "exit", "getenv", "remove", "rename", "setlocale", "tmpname", "foreach", "foreachi", "setn"}) do
  if string[n] ~= nil or os[n] ~= nil then return "ESCAPED: " .. n end
end
_G["\0cat"] = function() return "mine" end _G["\0append"] = _G["\0cat"]
local t = {} t[#t + 1] = "a" .. 1
if t[1] ~= "a1" then return "ESCAPED: rewritten names" end
return "denied"
