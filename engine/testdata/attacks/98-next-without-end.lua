-- expect: stop
local t = {a = 1, b = 2, 1, 2, 3}
local n, k = 0, nil
while true do k = next(t, k) n = n + 1 pcall(next, t, "nosuch") pcall(next, t, {}) pcall(next, t, 1e300) t["x" .. n % 5000] = n t["x" .. (n + 7) % 5000] = nil end
