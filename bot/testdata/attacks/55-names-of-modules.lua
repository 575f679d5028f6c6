-- expect: stop | the names of what is not there, in messages that are kept
local keep, s, e = {}, ("\1"):rep(4000000), {}
for i = 1, 60000 do keep[i] = {i} end
for i = 1, 1e6 do
  local _, m = pcall(require, s) e[i % 10] = m
  _, m = pcall(data.csv, s) e[i % 10 + 10] = m
end
