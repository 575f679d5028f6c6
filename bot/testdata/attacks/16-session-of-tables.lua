-- expect: stop
for i = 1, 1e9 do msg.session["k" .. i] = {{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}} end
return "ESCAPED"
