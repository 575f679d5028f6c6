-- expect: deny
local tries = {
  function(l) l.x = print end, function(l) rawset(l, "x", 1) end, function(l) setmetatable(l, {}) end, function(l) table.insert(l, 1) end,
  function(l) table.remove(l) error() end, function(l) getmetatable(l).__index = {} end, function(l) table.sort(l) error() end,
  function(l) for k in pairs(l) do rawset(l, k, nil) end error() end, function(l) rawset(l, 1, 1) end, function(l) json.array(l) end,
}
local function locked(name, l)
  for i, try in ipairs(tries) do if pcall(try, l) then return "ESCAPED: " .. name .. " " .. i end end
  for k, v in pairs(l) do
    if rawget(l, k) ~= v and type(v) ~= "table" then return "ESCAPED: rawget " .. name end
    if type(v) == "table" and v ~= l and k ~= "session" then local e = locked(name .. "." .. tostring(k), v) if e then return e end end
  end
  pcall(unpack, l) pcall(table.concat, l) pcall(next, l, "nosuch") pcall(function() return #l + table.maxn(l) end) pcall(ipairs, l)
end
local bad = locked("settings", settings) or locked("msg", msg) or locked("msg.raw", msg.raw) or locked("on", on) or locked("json", json) or locked("store", store)
if bad then return bad end
if pcall(function() json.null.x = 1 end) or pcall(setmetatable, json.null, {}) or pcall(function() return json.null.x end) or pcall(json.null) or getmetatable(json.null) then return "ESCAPED: null" end
local list = json.decode("[]") if pcall(setmetatable, list, {}) or pcall(function() getmetatable(list).x = 1 end) then return "ESCAPED: list" end
return "denied"
