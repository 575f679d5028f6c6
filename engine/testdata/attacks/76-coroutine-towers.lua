-- expect: stop | every native that calls back, through every other
local function dig(n)
  local co = coroutine.wrap(function()
    local ok, e = pcall(function()
      table.sort({3, 1, 2}, function(a, b) ("x"):gsub(".", function() return dig(n + 1) end) return a < b end)
    end)
    if not ok then error(e, 0) end
  end)
  return co()
end
while true do pcall(dig, 1) xpcall(dig, function() return pcall(dig, 1) end) end
