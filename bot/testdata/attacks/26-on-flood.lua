-- place: top | rules without end
for i = 1, 1e9 do on.text("k" .. i, "x") end
