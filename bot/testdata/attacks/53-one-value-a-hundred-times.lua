-- expect: stop | one long text for each of a hundred values
local s = ("\1"):rep(1000000)
local d = {} for i = 1, 100 do d["k" .. i] = s end
pcall(subscribe_message.send, msg.openid, "id", d)
pcall(send.msgmenu, msg.openid, {head_content = s, list = {{id = s, content = s}, {id = s, content = s}}})
template.send(msg.openid, "id", d)
