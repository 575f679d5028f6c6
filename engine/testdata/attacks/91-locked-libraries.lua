-- expect: deny
local tries = {
  function(l) l.x = 1 end, function(l) rawset(l, "x", 1) end, function(l) setmetatable(l, {}) end, function(l) table.insert(l, 1) end,
  function(l) table.remove(l) error("nothing to remove") end, function(l) getmetatable(l).__index = {} end, function(l) getmetatable(l)[1] = nil end,
  function(l) l[#l + 1] = 1 end, function(l) table.sort(l, function() return true end) end, function(l) for k in pairs(l) do l[k] = nil end end,
  function(l) getmetatable(l).__newindex = nil end, function(l) next(l, "nosuch").x = 1 end, function(l) setmetatable(l, nil) end,
}
local takes = {[string] = "upper", [table] = "sort", [package] = "path"} -- a name of its own, but none that is there
for _, l in pairs({string, table, package, math, os, coroutine}) do
  if takes[l] then
    local key, was = takes[l], l[takes[l]]
    for _, change in ipairs{function() l[key] = 1 end, function() l[key] = nil end, function() rawset(l, key, 1) end, function() l[1] = 1 end} do
      if pcall(change) or l[key] ~= was then return "ESCAPED: " .. key end
    end
  end
  for i, try in ipairs(tries) do if not (takes[l] and i == 1) and pcall(try, l) then return "ESCAPED: " .. i end end
  if rawget(l, "x") ~= nil or l.x ~= nil or #l ~= 0 or l[1] ~= nil then return "ESCAPED" end
  for k, v in pairs(l) do if type(v) == "table" and l ~= package then return "ESCAPED: " .. k end end
  pcall(unpack, l) pcall(table.concat, l) pcall(table.maxn, l) pcall(ipairs, l) pcall(next, l)
end
return "denied"
