-- expect: deny
local bad = {"\0", "\255\254", "a\0b", "\237\160\128", ("\0"):rep(1000), "%z", "[\0-\255]", "\0%1", "%b\0\255", "%f[\0]", "", "\192\175"}
for _, p in ipairs(bad) do
  for _, s in ipairs(bad) do
    pcall(string.find, s, p) pcall(string.gsub, s, p, p) pcall(string.match, s, p, -3) pcall(string.format, p, s) pcall(string.rep, s, 3)
    for x in (pcall(string.gmatch, s, p) and string.gmatch(s, "."))  do end
    _G[p] = s local t = {[s] = p} pcall(error, s) pcall(error, {[p] = s}) pcall(require, p) pcall(tonumber, s) pcall(os.date, p) pcall(os.date, "!" .. s)
    pcall(function() return nosuch[s] end) pcall(function() return s + p end) pcall(function() return s < p end)
  end
end
return "denied"
