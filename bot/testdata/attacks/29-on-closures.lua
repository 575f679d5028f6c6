-- place: top | handlers that hold much
for i = 1, 4900 do local t = {} for j = 1, 200 do t[j] = {j} end on.text("k" .. i, function() return t[1][1] end) end
on.text(function() return "done" end)
