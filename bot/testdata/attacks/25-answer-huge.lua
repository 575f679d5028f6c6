-- expect: stop
return ("x"):rep(4000000)
