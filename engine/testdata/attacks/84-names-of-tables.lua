-- expect: stop | tostring gives numbers to tables and remembers whom
while true do tostring({}) end
