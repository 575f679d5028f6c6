-- expect: stop
error(("\0\255\27[2J\n"):rep(500000), 0)
