-- expect: stop
local t = {}
for i = 1, 1e9 do
  t[i + 0.5] = i t[-i] = i t[{}] = i t[function() end] = i
  if i % 100 == 0 then pcall(function() t[0/0] = 1 end) pcall(function() t[nil] = 1 end) pcall(rawset, t, nil, 1) pcall(rawset, t, 0/0, 1) end
end
return "ESCAPED"
