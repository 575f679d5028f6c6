-- A small tea shop. Each message starts from a clean sheet: this file runs from top to bottom,
-- then the first rule that fits and gives an answer wins. What must last goes into a flow (a conversation),
-- msg.session (this fan's notes) or store (the shop's).
local teas = require "lib.teas"

-- An order: one question after the other, as straight code. A fan who has not answered yet is only a row in the
-- store, so the order outlives a save and a restart (docs/flows.md).
local order = flow("order", function(c)
  local tea = teas.find(c:ask("喝点什么？\n" .. teas.list()))
  while not tea do tea = teas.find(c:ask("没有这种茶，请回复茶名或编号，或回复「取消」。")) end
  local n = c:ask(("%s，几杯？（1–9）"):format(tea.name),
    { integer = true, min = 1, max = 9, retry = "请回复 1 到 9 的数字，或回复「取消」。" })
  local number = store.incr("orders")
  log.info("order", number, tea.name, n)
  return ("第 %d 单：%d 杯%s，共 %d 元。到店报单号就好！"):format(number, n, tea.name, n * tea.price)
end, { timeout = "2h", cancelled = "好的，这单不要了。" })

on.text("下单", order)

-- Exactly this text; several texts may share an answer.
on.text({ "你好", "您好", "hi", "hello" }, function()
  return ("你好，这里是%s。回复「菜单」看茶单，回复「下单」点茶。"):format(settings.shop)
end)

on.text({ "菜单", "茶单" }, function() return teas.list() end)

-- Text that contains a word.
on.has("退款", "退款请打 " .. settings.phone .. "，我们马上处理。")

-- A pattern (RE2); what the brackets catch arrives as arguments.
on.match([[^(\p{Han}+)多少钱[?？]?$]], function(msg, name)
  local tea = teas.find(name)
  return tea and ("%s %d 元一杯。"):format(tea.name, tea.price) or ("我们没有%s。"):format(name)
end)

on.match([[^(?:营业时间|几点(?:开门|关门)[?？]?)$]], settings.hours)

-- A new follower; scene says which QR code was scanned, if any.
on.subscribe(function(msg)
  local hello = ("欢迎来到%s！"):format(settings.shop)
  if msg.scene then hello = hello .. ("您在「%s」扫的码，"):format(msg.scene) end
  return hello .. "回复「菜单」看茶单。"
end)

-- Somebody who already follows scans a code on a table.
on.scan("desk-*", function(msg)
  return ("%s 桌，请回复「下单」。"):format(msg.scene:sub(6))
end)

-- The menu below the chat. It goes to WeChat when its content has changed; a tap runs the function.
menu {
  button("今日推荐", {
    key = "TODAY",
    click = function()
      return reply.news {
        title = "今日推荐：茉莉",
        description = "花香，清甜，22 元一杯",
        pic_url = "https://example.com/jasmine.jpg",
        url = "https://example.com/today",
      }
    end,
  }),
  group("茶铺", {
    button("茶单", { click = function() return teas.list() end }),
    button("官网", { view = "https://example.com/" }),
  }),
}

-- Pictures go back as they came; a place gets directions.
on.image(function(msg) return reply.image(msg.media_id) end)
on.location(function(msg)
  return ("收到您的位置：%s(%.4f, %.4f)。"):format(msg.label, msg.location_x, msg.location_y)
end)

on.unsubscribe(function(msg) log.info("goodbye", msg.openid) end)

-- Nothing else had an answer.
on.fallback("没听懂，回复「菜单」看看？")
