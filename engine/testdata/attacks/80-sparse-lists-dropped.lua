-- expect: stop
while true do
  local a = {} a[262143] = 1 local b = {} b[262143] = 1 local c = {} c[262143] = 1 local d = {} d[262143] = 1
  rawset({}, 262143, 1) table.insert({}, 262143, 1)
  local e = {[262143] = 1}
end
