-- expect: stop
local s = ("x"):rep(1000000)
return reply.news{title = s, description = s, pic_url = "https://" .. s, url = "https://" .. s}
