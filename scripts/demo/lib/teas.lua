-- What the shop sells. A module is an ordinary Lua file that returns a table.
local teas = {
  { name = "龙井", price = 28, note = "清香，豆花香" },
  { name = "普洱", price = 36, note = "醇厚，越陈越香" },
  { name = "茉莉", price = 22, note = "花香，清甜" },
}

local M = {}

function M.list()
  local lines = { "今日茶单：" }
  for i, tea in ipairs(teas) do
    lines[#lines + 1] = ("%d. %s %d 元（%s）"):format(i, tea.name, tea.price, tea.note)
  end
  return table.concat(lines, "\n")
end

-- Finds a tea by its number on the list or by its name.
function M.find(text)
  for i, tea in ipairs(teas) do
    if text == tostring(i) or text:find(tea.name, 1, true) then return tea end
  end
end

return M
