-- expect: stop
while true do pcall(store.get, "x") pcall(store.set, "x", 1) end
