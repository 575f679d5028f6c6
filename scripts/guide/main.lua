-- 使用指南：公众号能做的每件事演示一次。一个功能一段，挑需要的抄走。
--
-- 怎么玩：开着 `moonwire dev`,另开一个终端 `moonwire chat guide`,回复「帮助」看有哪些口令。
-- 改一行，保存，再发一次：保存即生效。写坏了也不要紧，上一个好的版本继续回答。
-- 函数的全部说明见 docs/reference.zh-CN.md;account.yaml 说明这个账号是谁。
--
--   〇、一问一答      flow                 问完一句再问一句，存盘、重启都接得上
--   一、接收消息      on.*                 任何消息和事件都到这里
--   二、回复消息      return、reply.*      返回值就是回复
--   三、模板消息      template.send        发给任何关注者
--   四、粉丝信息      user.get
--   五、关注时间      user.subscribe_time
--   六、最后消息时间  user.last_message_time
--   七、菜单          menu.create / delete / list
--   八、菜单响应状态  menu.event_status
--   九、access_token  api.access_token     要 account.yaml 写明 expose_token: true
--   十、三种错误      请求失败、参数错误、回复格式错误

local help = [[回复这些口令试试：
订座：一步一步问您
图文 / 音乐 / 没有回复
通知：给你发一条模板消息
我是谁、关注多久、上次
建菜单、看菜单、删菜单、点击
令牌
错误1、错误2、错误3
或者发张图片、发个位置。]]

-- 时间是 Unix 秒，按 account.yaml 的时区显示。
local function day(seconds) return time.format(seconds, "%Y-%m-%d %H:%M") end

-- 调用微信的函数都返回一个值，或者 nil 和 err。err.hint_zh 用大白话说原因和办法。
local function failed(what, err)
  log.warn(what, err.errcode, err.errmsg, err.hint_zh)
  return ("%s没成功(%d):%s"):format(what, err.errcode, err.hint_zh)
end

-- 〇、一问一答 ---------------------------------------------------------------------------------

-- 粉丝还没回答时，这个函数并不占内存，只是数据库里的一行；存盘、重启、断电，下一句都接得上，
-- 问过的不再问，做过的不再做。问题答得不合适会自己再问，粉丝说「取消」就结束（docs/flows.zh-CN.md）。
local booking = flow("订座", function(c)
  local people = c:ask("几位？（1–12）", { integer = true, min = 1, max = 12 })
  local day = c:choose("哪天来？", { "今天", "明天", "周末" })
  local phone = c:ask("留个手机号吧。", { phone = true, timeout = "30m" })
  if not phone then return "等了半小时没收到手机号，这次先不订。回复「订座」可以重来。" end
  if not c:confirm(("%s，%d 位，电话 %s，订吗？"):format(day, people, phone)) then return "好的，没有订。" end
  return ("订好了，第 %d 号。到店报手机号就行。"):format(store.incr("bookings"))
end, { timeout = "2h", cancelled = "好的，不订了。" })

on.text("订座", booking)

-- 一、接收消息 ---------------------------------------------------------------------------------

-- 有人关注。扫带参数的二维码来的，msg.scene 是场景值。
on.subscribe(function(msg)
  local hello = ("欢迎来到%s！"):format(settings.shop)
  if msg.scene then hello = hello .. ("您扫的是「%s」。"):format(msg.scene) end
  return hello .. "\n" .. help
end)

on.text({ "帮助", "help", "?" }, help)

-- 图片原样送回；位置、语音、链接……每种消息都有自己的规则，字段名就是微信的名字。
on.image(function(msg) return reply.image(msg.media_id) end)
on.location(function(msg) return ("您在%s(%.2f, %.2f)。"):format(msg.label, msg.location_x, msg.location_y) end)

-- 模板消息有没有送到，微信过一会儿用事件告诉我们。没有人在等回复，记下来就好；
-- reply.none() 表示处理过了，不必回复（返回 nil 则是"不归我管，试下一条规则"）。
on.event("TEMPLATESENDJOBFINISH", function(msg)
  log.info("模板消息", msg.msg_id, msg.status)
  return reply.none()
end)

-- 二、回复消息 ---------------------------------------------------------------------------------

on.text("图文", function()
  return reply.news {
    title = "今日推荐：茉莉",
    description = "花香，清甜，22 元一杯",
    pic_url = settings.site .. "/jasmine.jpg",
    url = settings.site .. "/today",
  }
end)

-- 音乐的封面要先上传：media/ 里的文件，换来一个 media_id。
on.text("音乐", function()
  local thumb, err = media.upload("thumb", "media/cover.jpg")
  if not thumb then return failed("上传封面", err) end
  return reply.music { title = "采茶歌", music_url = settings.site .. "/song.mp3", thumb_media_id = thumb.media_id }
end)

on.text("没有回复", function() return reply.none() end)

-- 三、模板消息 ---------------------------------------------------------------------------------

on.text("通知", function(msg)
  local msgid, err = template.send(msg.openid, "order_ready", {
    thing1 = "茉莉一杯",
    time2 = day(time.now()),
  }, { url = settings.site .. "/orders/1" })
  if not msgid then return failed("发通知", err) end
  return "通知已发出，编号 " .. msgid
end)

-- 四、粉丝信息 ---------------------------------------------------------------------------------

on.text("我是谁", function(msg)
  local who, err = user.get(msg.openid)
  if not who then return failed("查询", err) end
  return ("openid:%s\n关注：%s\n来源：%s\n备注：%s"):format(
    msg.openid, who.subscribe == 1 and "是" or "否", who.subscribe_scene or "未知", who.remark ~= "" and who.remark or "无")
end)

-- 五、关注时间 ---------------------------------------------------------------------------------

on.text("关注多久", function(msg)
  local since, err = user.subscribe_time(msg.openid)
  if err then return failed("查询", err) end
  if not since then return "您还没有关注。" end
  return ("您 %s 关注，已经 %d 天。"):format(day(since), math.floor((time.now() - since) / 86400))
end)

-- 六、最后消息时间 -----------------------------------------------------------------------------

-- 微信没有这个接口，由引擎记下每位粉丝上一次说话的时间（不算正在处理的这条）。
on.text("上次", function(msg)
  local last = user.last_message_time(msg.openid)
  return last and ("您上次说话是 %s。"):format(day(last)) or "这是您第一次说话。"
end)

-- 七、菜单 -------------------------------------------------------------------------------------

on.text("建菜单", function()
  local ok, err = menu.create {
    button = {
      { type = "click", name = "今日推荐", key = "TODAY" },
      { name = "更多", sub_button = {
        { type = "view", name = "官网", url = settings.site },
        { type = "click", name = "联系我们", key = "CONTACT" },
      } },
    },
  }
  return ok and "菜单建好了。" or failed("建菜单", err)
end)

on.text("看菜单", function()
  local all, err = menu.list()
  if not all then return failed("看菜单", err) end
  if not all.menu then return "现在没有菜单。" end
  local lines = { ("菜单有 %d 项，个性化菜单 %d 个："):format(#all.menu.button, #all.conditionalmenu) }
  for _, button in ipairs(all.menu.button) do
    lines[#lines + 1] = "· " .. button.name
    for _, sub in ipairs(button.sub_button or {}) do lines[#lines + 1] = "  · " .. sub.name end
  end
  return table.concat(lines, "\n")
end)

on.text("删菜单", function()
  local ok, err = menu.delete()
  return ok and "菜单删掉了。" or failed("删菜单", err)
end)

-- 菜单上的点击是事件，按 key 找到规则。
on.click("TODAY", "今日推荐：茉莉，22 元一杯。")
on.click("CONTACT", "电话 0571-8765-4321")

-- 八、菜单响应状态 -----------------------------------------------------------------------------

-- 引擎统计每个按钮的点击各落得什么结果。微信不告诉任何人粉丝看没看。
on.text("点击", function()
  local all = menu.event_status()
  if #all == 0 then return "还没有人点过菜单。" end
  local lines = {}
  for _, one in ipairs(all) do
    lines[#lines + 1] = ("%s %s：已回复 %d，失败 %d，无人处理 %d；最近一次 %s，%s"):format(
      one.event, one.event_key, one.answered, one.failed, one.unhandled, day(one.last_at), one.last_status)
  end
  return table.concat(lines, "\n")
end)

-- 九、access_token -----------------------------------------------------------------------------

-- 令牌给自己的其他系统用，绝不要发给粉丝：引擎会把它从日志、追踪和错误里抹掉。
-- 其他系统也可以直接问 POST /api/v1/guide/access_token。
on.text("令牌", function()
  local token, err = api.access_token()
  if not token then return failed("取令牌", err) end
  return ("拿到了，%d 个字符。"):format(#token)
end)

-- 十、三种错误 ---------------------------------------------------------------------------------

-- 请求失败：微信拒绝了，或者连不上。函数返回 nil, err;err.errcode 是微信的错误码，连不上时是 -1。
on.text("错误1", function()
  local who, err = user.get("oNOBODY_by_this_name_000000")
  if who then return "竟然有这个人" end
  if err.errcode == -1 then return "请求失败：连不上微信，稍后再试。" end
  return ("请求失败：微信说 %d，%s"):format(err.errcode, err.hint_zh)
end)

-- 参数错误：脚本写错了，在那一行报错，说明哪个函数、哪个参数、应该是什么。平时不用接住它，改对就好；
-- 这里用 pcall 接住给您看。
on.text("错误2", function(msg)
  local nobody = msg.no_such_field -- 没有这个字段，读出来是 nil
  local ok, problem = pcall(function() return user.get(nobody) end)
  return ok and "竟然可以" or "参数错误：" .. problem
end)

-- 回复格式错误：回复不符合微信的结构。粉丝看到 account.yaml 的 apology,终端和日志指出哪个字段。
on.text("错误3", function()
  return reply.news { title = "", description = "这张图文没有标题", url = settings.site }
end)

-- 以上都不是 -----------------------------------------------------------------------------------

on.fallback("没听懂。回复「帮助」看看我会什么。")
