-- expect: stop
while true do pcall(require, "lib.loop") end
-- file: lib/loop.lua
while true do end
