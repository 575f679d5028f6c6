-- Answers from a spreadsheet: data/faq.csv has the columns question and answer. Whoever keeps
-- the table needs no Lua; saving the file is enough.
local faq = data.csv("faq.csv")

on.subscribe("你好！想问什么直接问我，回复「目录」看看我知道什么。")

on.text("目录", function()
  local lines = { "我能回答：" }
  for _, row in ipairs(faq) do lines[#lines + 1] = "· " .. row.question end
  return table.concat(lines, "\n")
end)

-- The question as it stands in the table …
on.text(function(msg)
  local row = faq:find("question", msg.content)
  return row and row.answer
end)

-- … or a message that contains it.
on.text(function(msg)
  for _, row in ipairs(faq) do
    if msg.content:find(row.question, 1, true) then return row.answer end
  end
end)

on.fallback("这个我还不知道。回复「目录」看看我能回答什么。")
