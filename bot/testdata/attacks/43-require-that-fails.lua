-- expect: value | a module that raises, asked for again and again, must not spoil what follows
for i = 1, 100 do pcall(require, "lib.bad") end
store.set("after", 1)
return "after " .. tostring(store.get("after"))
-- file: lib/bad.lua
error({})
