-- expect: stop
while true do pcall(send.text, msg.openid, ("x"):rep(100000)) pcall(send.typing, "\255\0", true) end
