-- expect: deny
for _, k in ipairs({"\0", "\255", ("k"):rep(256), "k\0k", "../x", "%", "'; drop table kv; --", "\237\160\128"}) do
  pcall(store.set, k, {[k] = k}) pcall(store.get, k) pcall(store.incr, k, 1e308) pcall(store.incr, k, 1e308) pcall(store.cas, k, k, k) pcall(store.list, k) pcall(store.delete, k)
end
pcall(store.set, ("k"):rep(257), 1) pcall(store.set, "", 1) pcall(store.set, "x", 1, {ttl = "1e99h"}) pcall(store.set, "x", print) pcall(store.list, "", 1e9)
if store.get("no such key") ~= nil then return "ESCAPED" end
return "denied"
