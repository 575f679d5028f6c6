-- expect: stop
local keep = {}
for i = 1, 1e9 do
  local co = coroutine.wrap(function() store.get("x") msg.session.n = i coroutine.yield() pcall(time.sleep, 0) send.typing(msg.openid, true) error("left") end)
  keep[i % 100] = co co() pcall(co)
end
return "ESCAPED"
