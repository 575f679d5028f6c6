-- place: top
for i = 1, 100 do pcall(store.set, "k", 1) pcall(send.text, "x", "y") pcall(time.sleep, 1) pcall(time.now) pcall(math.random) pcall(os.time) end
pcall(function() return msg.session.x end) pcall(function() msg.session.x = 1 end) pcall(next, msg or {})
on.text(function() return store.get("k") and "ESCAPED" or "denied" end)
