package cli_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// slip is one of the slips that people make most: an account with it, and what dev must say at the save, or, where only
// running tells, at a message.
type slip struct {
	name  string // of the account: its number among the slips, and a letter where there are several ways
	files map[string]string
	say   string // what a fan says; "" = the save tells
	at    string // file:line
	en    string // what is said there, in English
	zh    string // in Chinese; "" where nobody has said it in Chinese yet
}

func in(main string) map[string]string { return map[string]string{"main.lua": main} }

// handler is a script whose rule does something, from line 2 on.
func handler(body string) map[string]string {
	return in("on.text(\"a\", function(msg)\n" + body + "\nend)\n")
}

func with(files map[string]string, name, body string) map[string]string {
	files = maps.Clone(files)
	files[name] = body
	return files
}

// slips are those that are said at the save, or by its refusal.
var slips = []slip{
	{"s1", handler(`  return repy.text("x")`), "", "main.lua:2", "did you mean reply?", "是不是想写 reply？"},
	{"s2", in(`on.txt("x", function() return "y" end)`), "", "main.lua:1", "did you mean on.text?", "是不是想写 on.text？"},
	{"s3a", handler(`  return reply.imge("m1")`), "", "main.lua:2", "did you mean reply.image?", "是不是想写 reply.image？"},
	{"s3b", handler(`  return reply.img("m1")`), "", "main.lua:2", "did you mean reply.image?", "是不是想写 reply.image？"},
	{"s4", handler(`  return msg.contents .. "!"`), "", "main.lua:2", "did you mean msg.content?", "是不是想写 msg.content？"},
	{"s5a", handler("  if msg.content == \"x\" then\n    return \"y\"\n  return \"z\""), "", "main.lua:4", "the if of line 2 is still open", "第 2 行的 if 还没有结束"},
	{"s5b", handler("  if msg.content == \"x\" then\n    return \"y\""), "", "main.lua:4", "the if of line 2 is still open", "第 2 行的 if 还没有结束"},
	{"s5c", in("on.text(\"a\", function(msg)\n  for i = 1, 2 do\n    log.info(i)\nend)\non.text(\"b\", \"c\")\n"), "", "main.lua:4", "the for of line 2 is still open", "第 2 行的 for 还没有结束"},
	{"s6", handler("  if msg.content == \"x\" then\n    return \"y\"\n  else if msg.content == \"z\" then\n    return \"w\"\n  end"), "", "main.lua:4", "write elseif in one word", "写成一个词 elseif"},
	{"s7", handler("  if msg.content = \"x\" then return \"y\" end"), "", "main.lua:2", "== compares", "比较用 =="},
	{"s8a", handler("  if msg.content != \"x\" then return \"y\" end"), "", "main.lua:2", "write ~=", "写成 ~="},
	{"s8b", handler("  local n = 1\n  n += 1"), "", "main.lua:3", "write n = n + …", "请写 n = n + …"},
	{"s8c", handler("  local n = 1\n  n -= 1"), "", "main.lua:3", "write n = n - …", "请写 n = n - …"},
	{"s8d", handler("  local n = 1\n  n++"), "", "main.lua:3", "write n = n + 1", "请写 n = n + 1"},
	{"s8e", handler("  local n = 1\n  n--\n  return \"x\""), "", "main.lua:4", "write n = n - 1", "请写 n = n - 1"},
	{"s8f", handler("  if msg.content && true then return \"y\" end"), "", "main.lua:2", "write and", "请写 and"},
	{"s8g", handler("  if msg.content || true then return \"y\" end"), "", "main.lua:2", "write or", "请写 or"},
	{"s8h", handler("  if !msg.content then return \"y\" end"), "", "main.lua:2", "write not", "请写 not"},
	{"s8i", handler("  return msg.content == \"x\" ? \"a\" : \"b\""), "", "main.lua:2", "write x and a or b", "请写 x and a or b"},
	{"s9", handler("  return \"a\" + \"b\""), "", "main.lua:2", "texts are joined with ..", "连接文本用 .."},
	{"s10", in("on.text(\"a\", function(msg) \"你好\" end)"), "", "main.lua:1", "write return in front of it", "在前面写 return"},
	{"s11", in("on:text(\"a\", \"b\")"), "", "main.lua:1", "write a dot, not a colon: on.text(…)", "用点，不用冒号：on.text(…)"},
	{"s12", handler("  msg.session.n = msg.session.n + 1\n  return tostring(msg.session.n)"), "", "main.lua:2", "write (msg.session.n or 0)", "请写 (msg.session.n or 0)"},
	{"s13", handler("  msg.session = {}\n  return \"x\""), "", "main.lua:2", "msg.session.x = …", "msg.session.x = …"},
	{"s14", handler("  reply.text(\"x\")"), "", "main.lua:2", "write return reply.text(…)", "请写 return reply.text(…)"},
	{"s15", in("local n = 0\non.text(\"a\", function(msg)\n  n = n + 1\n  return tostring(n)\nend)"), "", "main.lua:3", "keep it in msg.session", "请存到 msg.session"},
	{"s16", in("n = 0\non.text(\"a\", function(msg)\n  n = n + 1\n  return tostring(n)\nend)"), "", "main.lua:3", "what must last goes into msg.session or store", "要留住的放进 msg.session 或 store"},
	{"s17", handler("  while true do end"), "", "main.lua:2", "this loop does not end", "这个循环停不下来"},
	{"s18a", handler("  return tostring(#(\"a b\"):gmatch(\".\"))"), "", "main.lua:2", "for w in s:gmatch(…) do", "for w in s:gmatch(…) do"},
	{"s18b", handler("  for i, w in ipairs(msg.content:gmatch(\".\")) do return w end"), "", "main.lua:2", "for w in s:gmatch(…) do", "for w in s:gmatch(…) do"},
	{"s19a", handler("  return tostring(utf8.len(msg.content))"), "", "main.lua:2", "text.len, text.sub", "text.len、text.sub"},
	{"s19b", handler("  return tostring(7 // 2)"), "", "main.lua:2", "this is Lua 5.1, which has no //: write math.floor(a / b)", "这里是 Lua 5.1，没有 //：请写 math.floor(a / b)"},
	{"s19c", handler("  for i = 1, 2 do\n    goto continue\n    ::continue::\n  end"), "", "main.lua:3", "this is Lua 5.1, which has no goto", "这里是 Lua 5.1，没有 goto"},
	{"s20", handler("  return (\"茶叶\"):sub(1,2)"), "", "main.lua:2", "text.sub and text.len count characters", "text.sub、text.len 按字数"},
	{"s21", handler("  return reply.image(\"media/a.jpg\")"), "", "main.lua:2", "media/a.jpg: there is no ", ""},
	{"s22", handler("  return reply.image(\"https://example.com/a.jpg\")"), "", "main.lua:2", "put the file into media/", "把文件放进 media/"},
	{"s23", handler("  return \"一\", \"二\""), "", "main.lua:2", "a message has one answer", "一条消息只有一个回复"},
	{"s24", handler("  return \"你好”"), "", "main.lua:2", "the closing quotation mark is full-width (”)", "结尾的引号是全角的（”）"},
	{"s25a", in("on.text(\"a\"，\"b\")"), "", "main.lua:1", "write , (English keyboard)", "请写 ,（英文输入法）"},
	{"s25b", in("on.text（\"a\", \"b\")"), "", "main.lua:1", "'（' in column 8", ""},
	{"s25c", in("on.text(\"a\",　\"b\")"), "", "main.lua:1", "write an ordinary blank", "请写 普通空格"},
	{"s25d", in("on.text(你好, \"b\")"), "", "main.lua:1", "put texts into quotation marks: \"你好\"", "文本要加英文引号：\"你好\""},
	{"s26a", handler("  local f = io.open(\"x\")\n  return \"x\""), "", "main.lua:2", "use store for what lasts and data/ for tables", "要保存的用 store"},
	{"s26b", handler("  os.execute(\"ls\")\n  return \"x\""), "", "main.lua:2", "there are os.time, os.date and os.clock", "只有 os.time"},
	{"s28a", handler("  time.after(\"10m\", \"x\")\n  return \"x\""), "", "main.lua:2", "did you mean after?", "是不是想写 after？"},
	{"s28b", handler("  sleep(3)\n  return \"x\""), "", "main.lua:2", "did you mean time.sleep?", "是不是想写 time.sleep？"},
	{"s28c", handler("  local r = htpp.get(\"https://x.com\")\n  return \"x\""), "", "main.lua:2", "did you mean http?", "是不是想写 http？"},
	{"s29", in("on.text(\"a\", \"b\")\non.text(\"a\", \"c\")"), "", "main.lua:2", "\"a\" has a rule already at main.lua:1", ""},
	{"s30", in("on.event(\"menuclick\", function(msg) return \"x\" end)"), "", "main.lua:1", "write on.click(…)", "请写 on.click(…)"},
	{"s31", handler("  send.text(\"hi\")"), "", "main.lua:2", "write send.text(openid, content, options?)", "请写 send.text(openid, content, options?)"},
	{"s32", handler("  store.set(\"k\", { f = function() end })\n  return \"x\""), "", "main.lua:2", "keep plain data", "请存普通数据"},
	{"s33a", with(in("local d = data.json(\"p.json\")\non.text(\"a\", \"b\")"), "data/p.json", "{\n  \"a\": 1,\n}\n"), "", "data/p.json:3", "nothing may follow the last comma", ""},
	{"s33b", with(in("local d = data.json(\"p.json\")\non.text(\"a\", \"b\")"), "data/p.json", "{\n  // x\n  \"a\": 1\n}\n"), "", "data/p.json:2", "JSON has no comments", ""},
	{"s33c", with(in("local d = data.json(\"p.json\")\non.text(\"a\", \"b\")"), "data/p.json", "{\n  \"a\"：1\n}\n"), "", "data/p.json:2", "commas and colons must be English ones", ""},
	{"s33d", with(handler("  return data.json(\"p.json\").a"), "data/p.json", "{\n  \"a\"：1\n}\n"), "", "data/p.json:2", "commas and colons must be English ones", ""},
	{"s34a", with(handler("  return data.csv(\"p.csv\"):find(\"name\", \"茶\").price"), "data/p.csv", "name;price\n茶;3\n"), "", "data/p.csv:1", "a semicolon stands between the columns", "请改这个文件"},
	{"s34b", with(handler("  return data.csv(\"p.csv\"):find(\"name\", \"茶\").price"), "data/p.csv", "name，price\n茶，3\n"), "", "data/p.csv:1", "a Chinese comma (，) stands between the columns", "请改这个文件"},
	{"s34c", with(handler("  return data.csv(\"p.csv\"):find(\"nmae\", \"茶\").price"), "data/p.csv", "name,price\n茶,3\n"), "", "main.lua:2", "did you mean name?", "是不是想写 name？"},
	{"s35a", with(in("on.text(\"a\", \"b\")"), "account.yaml", "kind: test\n\tmode: plain\n"), "", "account.yaml:2", "begins with a tab: use spaces", ""},
	{"s35b", with(in("on.text(\"a\", \"b\")"), "account.yaml", "settings:\n  a: 1\n   b: 2\n"), "", "account.yaml:3", "begins too far to the left or right", ""},
	{"s35c", with(in("on.text(\"a\", \"b\")"), "account.yaml", "kind：test\n"), "", "account.yaml:1", "the colon is a Chinese one", ""},
	{"s35d", with(in("on.text(\"a\", \"b\")"), "account.yaml", "kindd: test\n"), "", "account.yaml:1", "did you mean kind?", ""},
	{"s36", with(in("on.text(\"a\", \"b\")"), "account.yaml", "settings: { closed: no }\n"), "", "account.yaml:1", "write true or false, or \"no\" in quotes", ""},
	{"s37a", with(in("on.text(\"a\", \"b\")"), "account.yaml", "settings: { price: 01 }\n"), "", "account.yaml:1", "put it in quotes (\"01\")", ""},
	{"s37b", with(in("on.text(\"a\", \"b\")"), "account.yaml", "settings: { phone: 057187654321 }\n"), "", "account.yaml:1", "put it in quotes (\"057187654321\")", ""},
	{"s38", in("on.text(\"\xc4\xe3\", \"b\")"), "", "s38/main.lua:1", "is not UTF-8 (GBK?)", ""},
	{"s39a", with(in("local p = require \"lib/prices\"\non.text(\"a\", \"b\")"), "lib/prices.lua", "return {}"), "", "main.lua:1", "did you mean lib.prices?", ""},
	{"s39b", with(in("local p = require \"prices.lua\"\non.text(\"a\", \"b\")"), "prices.lua", "return {}"), "", "main.lua:1", "did you mean prices?", ""},
	{"s40a", in("local x = require \"shared.x\"\non.text(\"a\", \"b\")"), "", "shared/x.lua:2", "attempt to index local 't' (a nil value)", ""},
	{"s40b", in("local x = require \"shared.y\"\non.text(\"a\", \"b\")"), "", "shared/y.lua:2", "unexpected symbol near 'end'", ""},
	// what only running tells
	{"m9", handler("  local x = \"a\"\n  return x + \"b\""), "a", "main.lua:3", "texts are joined with ..", "连接文本用 .."},
	{"m12", handler("  local t = {}\n  return tostring(t.n + 1)"), "a", "main.lua:3", "write (t.n or 0)", "请写 (t.n or 0)"},
	{"m13", in("local function f(m) m.session = {} end\non.text(\"a\", function(msg)\n  f(msg)\nend)"), "a", "main.lua:1", "msg.session.x = …", "msg.session.x = …"},
	{"m17", handler("  local n = 1\n  while n > 0 do\n    n = n + 1\n  end"), "a", "main.lua:", "the loop of line 3 was still running", "第 3 行的循环还在跑"},
	{"m18", handler("  local all = msg.content:gmatch(\".\")\n  for _, w in ipairs(all) do return w end"), "a", "main.lua:3", "for w in s:gmatch(…) do", "for w in s:gmatch(…) do"},
	{"m27", in("local function f(x) return 1 + f(x) end\non.text(\"a\", function(msg)\n  return tostring(f(1))\nend)"), "a", "main.lua:1", "f calls itself at line 1", "f 在第 1 行调用自己"},
	{"m40", in("local x = require \"shared.z\"\non.text(\"a\", function(msg)\n  return x.f(msg)\nend)"), "a", "shared/z.lua:2", "attempt to index local 'm' (a number value)", ""},
}

// TestSlips saves each slip into a running dev, and reads what it says: the file, the line, and how to mend it, in the
// language of the machine.
func TestSlips(t *testing.T) {
	for _, lang := range []string{"en_US.UTF-8", "zh_CN.UTF-8"} {
		t.Run(lang, func(t *testing.T) {
			scripts := t.TempDir()
			write(t, scripts, map[string]string{
				"first/main.lua": "on.text(\"a\", \"b\")", "shared/x.lua": "local t = nil\nreturn t.x\n", "shared/y.lua": "return {\n  f = function() return 1 + end\n}\n",
				"shared/z.lua": "return { f = function(msg) local m = 1\n  return m.x end }\n",
			})
			p, addr := startDevAs(t, map[string]string{"LANG": lang}, scripts)
			awaitLive(t, p, "first")
			for _, s := range slips {
				files := map[string]string{}
				for name, body := range s.files {
					files[s.name+"/"+name] = body
				}
				write(t, scripts, files)
			}
			for _, s := range slips {
				if s.say != "" {
					awaitLive(t, p, s.name)
					run(t, "", "send", s.name, "text", s.say, "--addr", addr)
				}
				want := s.en
				if strings.HasPrefix(lang, "zh") && s.zh != "" {
					want = s.zh
				}
				require.Eventually(t, func() bool { return said(p.lines.text(), s.name, s.at, want) }, patience, 5e6, "%s: %s: %s\n%s", s.name, s.at, want, about(p.lines.text(), s.name))
			}
		})
	}
}

// said reports whether a text stands in the lines that begin with an account and a place, or in the few below.
func said(all, account, at, want string) bool {
	lines := strings.Split(all, "\n")
	for i, l := range lines {
		named := strings.Contains(l, " "+account+"  "+at) || strings.Contains(l, " "+account+": "+at) || strings.Contains(l, " "+account+"  account.yaml: ") && strings.HasPrefix(at, "account.yaml")
		if named && strings.Contains(strings.Join(lines[i:i+1+until(lines[i+1:])], "\n"), want) {
			return true
		}
	}
	return false
}

// until is how many lines belong to the one before: until the next that names an account.
func until(lines []string) int {
	next := slices.IndexFunc(lines, func(l string) bool {
		l = strings.TrimSpace(l)
		return strings.HasPrefix(l, "✗") || strings.HasPrefix(l, "!") || len(l) > 8 && l[2] == ':' && l[5] == ':'
	})
	if next < 0 {
		return len(lines)
	}
	return next
}

// about are the lines that name an account.
func about(all, account string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(all, "\n"), func(l string) bool { return !strings.Contains(l, account+" ") && !strings.Contains(l, account+":") }), "\n")
}
