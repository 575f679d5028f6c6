-- expect: stop | one text that grows sixfold as JSON
local s = ("\1"):rep(4000000)
pcall(tag.create, s) pcall(short.gen, s) pcall(media.get, s) pcall(mass.get, s) pcall(menu.match, s)
short.fetch(s)
