-- expect: stop | what the session holds, no variable of the script does
for i = 1, 1e9 do msg.session["k" .. i] = true end
return "ESCAPED"
