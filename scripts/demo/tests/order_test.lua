-- The same in Lua, for what a loop says better: every tea can be ordered, by its name and by its number.
test("every tea can be ordered", function(t)
  local amy = t.fan("amy")
  local sum = 0
  for number, tea in ipairs { "龙井", "普洱", "茉莉" } do
    for _, word in ipairs { tea, tostring(number) } do
      amy:say("下单"):expect("~ 喝点什么？")
      amy:say(word):expect(tea .. "，几杯？（1–9）")
      sum = sum + 1
      amy:say("3"):expect(("第 %d 单：3 杯%s，{…}"):format(sum, tea))
    end
  end
end)

test("an order that waits too long is closed", function(t)
  local amy = t.fan("amy")
  amy:say("下单"):expect("~ 喝点什么？")
  t.clock("+3h")
  t.restart()
  amy:say("龙井"):expect("没听懂，回复「菜单」看看？")
end)
