-- expect: stop | handlers in handlers
local function h(e) local ok, f = xpcall(function() error(e) end, h) return f end
local function spin() while true do end end
while true do
  xpcall(error, h, "x")
  xpcall(function() xpcall(error, function() error("again") end) end, function() return pcall(spin) end)
end
