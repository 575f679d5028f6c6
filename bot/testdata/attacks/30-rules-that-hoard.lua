-- place: top | each keeps what is allowed and hands over to the next
for i = 1, 40 do
  local t = {}
  on.text(function() for j = 1, 130000 do t[j] = {j} end end)
end
