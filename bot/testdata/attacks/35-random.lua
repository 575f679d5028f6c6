-- expect: stop
while true do math.random() pcall(math.random, 0) pcall(math.random, -1e308, 1e308) pcall(math.randomseed, 0/0) os.clock() os.time() end
