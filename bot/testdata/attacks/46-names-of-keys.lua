-- expect: deny
for _, k in ipairs({"__index", "__newindex", "__metatable", "constructor", "\0", ("k"):rep(60000)}) do pcall(function() msg.session[k] = 1 end) pcall(function() return msg[k] end) pcall(function() return settings[k] end) pcall(data.csv, k) pcall(data.json, k) end
pcall(data.csv, "../account.yaml") pcall(data.json, "/etc/passwd") pcall(data.csv, "..")
return "denied"
