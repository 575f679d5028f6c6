-- place: top
local ok, e = pcall(require, "lib.a") for i = 1, 1000 do pcall(require, "lib.a") pcall(require, "lib.b") pcall(require, "main") pcall(require, "../secret") pcall(require, "\0") pcall(require, ("x"):rep(100000)) end
on.text(function() pcall(require, "lib.a") return tostring(e) end)
-- file: lib/a.lua
return require("lib.b")
-- file: lib/b.lua
return require("lib.a")
