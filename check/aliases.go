package check

import "strings"

// meantName is what a name of another habit is called here, "" when it is none that is known.
func meantName(name string) string { return otherNames[strings.ToLower(name)] }

// otherNames are what people write who come from elsewhere, in small letters, and what it is called here. A table of data.
var otherNames = map[string]string{
	"sleep": "time.sleep", "wait": "time.sleep", "settimeout": "after", "setinterval": "every", "time.after": "after", "time.every": "every", "time.wait": "time.sleep",
	"console.log": "print", "console": "print", "printf": "print", "echo": "print", "null": "nil", "none": "nil", "undefined": "nil",
	"reply.img": "reply.image", "reply.pic": "reply.image", "reply.picture": "reply.image", "reply.photo": "reply.image", "reply.audio": "reply.voice",
	"reply.article": "reply.news", "reply.articles": "reply.news", "reply.msg": "reply.text", "reply.message": "reply.text", "reply.random": "reply.pick",
	"send.img": "send.image", "send.pic": "send.image", "send.picture": "send.image", "send.message": "send.text", "send.template": "template.send",
	"on.msg": "on.message", "on.keyword": "on.has", "on.contains": "on.has", "on.regex": "on.match", "on.regexp": "on.match", "on.pattern": "on.match",
	"on.menu": "on.click", "on.button": "on.click", "on.follow": "on.subscribe", "on.unfollow": "on.unsubscribe", "on.default": "on.fallback", "on.pic": "on.image", "on.img": "on.image",
	"json.parse": "json.decode", "json.stringify": "json.encode", "json.loads": "json.decode", "json.dumps": "json.encode",
	"store.put": "store.set", "store.del": "store.delete", "store.remove": "store.delete", "store.add": "store.incr",
	"string.trim": "text.trim", "string.split": "text.split", "table.unpack": "unpack", "string.contains": "text.find",
	"http.request": "http.get", "fetch": "http.get",
}

// eventRules are the functions for what people take for an event, by its name in small letters. A table of data.
var eventRules = map[string]string{
	"menuclick": "on.click", "menu_click": "on.click", "clickmenu": "on.click", "menu": "on.click", "button": "on.click", "onclick": "on.click",
	"follow": "on.subscribe", "attention": "on.subscribe", "unfollow": "on.unsubscribe", "scancode": "on.scan", "qrcode": "on.scan", "scan_qrcode": "on.scan",
	"text": "on.text", "image": "on.image", "voice": "on.voice", "video": "on.video", "shortvideo": "on.shortvideo", "link": "on.link", "file": "on.file",
	"message": "on.message", "msg": "on.message", "fallback": "on.fallback", "default": "on.fallback",
}
