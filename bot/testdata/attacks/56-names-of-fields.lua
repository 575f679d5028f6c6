-- expect: stop | fields with names of megabytes, in messages that are kept
local keep, s, e = {}, ("k"):rep(4000000), {}
for i = 1, 60000 do keep[i] = {i} end
for i = 1, 1e6 do
  local _, m = pcall(template.send, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "x", {[s] = {}}) e[i % 10] = m
  _, m = pcall(json.encode, {[s] = print, [1] = 2}) e[i % 10 + 10] = m
  _, m = pcall(reply.video, {[s] = 1}) e[i % 10 + 20] = m
end
