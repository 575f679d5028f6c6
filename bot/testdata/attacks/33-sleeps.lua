-- expect: stop | waits that wait for nothing
while true do time.sleep(0) time.sleep(1e-9) time.sleep("0s") pcall(time.sleep, -1) pcall(time.sleep, 1e300) pcall(time.sleep, "51s") end
