-- expect: stop
while true do
  for _, x in ipairs({1e308, -1e308, 5e-324, 1/0, 0/0, 2^63, -2^63}) do
    for _, f in ipairs({"%99.99f", "%-99.99e", "%#99.99g", "%099.99d", "%99x", "%c", "%+ 99.0f", "%.99s"}) do pcall(string.format, f, x) end
  end
  pcall(string.format, ("%99.99f"):rep(10000), unpack({1e308, 1e308})) pcall(string.format, "%1$d", 1) pcall(string.format, "%*d", 9, 1)
  pcall(string.format, ("%d"):rep(7000), unpack((function() local t = {} for i = 1, 7000 do t[i] = i end return t end)()))
end
