package bindings_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// looking walks over all that a script can reach and tells what it finds.
const looking = `
local function walk(out, path, v, depth)
  out[#out + 1] = path .. "=" .. (type(v) == "table" and "table #" .. #v or type(v) == "function" and "function" or tostring(v)) .. tostring(getmetatable(v))
  if type(v) ~= "table" or depth == 6 then return end
  local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do walk(out, path .. "." .. tostring(k), v[k], depth + 1) end
end
local function look(msg)
  local out = {}
  for _, name in ipairs{"string", "table", "math", "os", "coroutine", "on", "reply", "send", "store", "json", "re", "hash", "base64", "url", "log", "time", "data", "settings",
    "menu", "user", "tag", "template", "api"} do walk(out, name, _G[name], 1) end
  walk(out, "msg", msg, 1)
  walk(out, "sheet", data.csv("faq.csv"), 1)
  walk(out, "prices", data.json("p.json"), 1)
  walk(out, "list", json.decode("[1,{},[]]"), 1)
  walk(out, "null", json.null, 1)
  walk(out, "marked", json.array{}, 1)
  walk(out, "nosuch", nosuch, 1)
  walk(out, "row", data.csv("faq.csv"):find("question", "q"), 1)
  walk(out, "module", require("lib.m"), 1)
  local ok, e = pcall(error, {}) walk(out, "error", e, 1)
  ok, e = pcall(function() return nosuch.x end) walk(out, "words", e, 1)
  out[#out + 1] = json.encode({[ [[a]] ] = json.null, b = json.array{}}) .. math.random(1000) .. tostring({}) .. counter
  out[#out + 1] = ("a"):rep(3) .. re.gsub("ab", "b", "c") .. #msg .. tostring(msg.session.x) .. tostring(store.get("x")) .. os.time()
  return table.concat(out, "\n")
end
`

// tries change what a script can get hold of.
var tries = []struct{ name, act string }{
	{"msg", `msg.x = 1`},
	{"msg by rawset", `rawset(msg, "content", 1)`},
	{"msg's parts", `msg.raw.Content = 1`},
	{"msg by table.insert", `table.insert(msg, 1)`},
	{"msg's metatable", `getmetatable(msg).__index = print`},
	{"msg, another", `msg = {}`},
	{"the session", `msg.session.x = {1} msg.session.x[1] = msg.session`},
	{"the session by rawset", `rawset(msg.session, "x", 1)`},
	{"the session's metatable", `setmetatable(msg.session, {})`},
	{"a table of the session", `local t = {} msg.session.x = t t.y = print`},
	{"settings", `settings.city = 1`},
	{"a part of settings", `settings.shop.name = 1`},
	{"a list of settings", `table.insert(settings.hours, 1) settings.hours[1] = 2`},
	{"settings sorted", `table.sort(settings.hours, function() return true end)`},
	{"settings by rawset", `rawset(settings.shop, "name", 1)`},
	{"settings through pairs", `for k, v in pairs(settings) do if type(v) == "table" then rawset(v, 1, 1) end end`},
	{"settings, another", `settings = {}`},
	{"data", `data.json("p.json").a[1] = 7`},
	{"data by rawset", `rawset(data.json("p.json"), "a", 1)`},
	{"a row", `data.csv("faq.csv")[1].answer = 1`},
	{"a row by rawset", `rawset(data.csv("faq.csv"):find("question", "q"), "answer", 1)`},
	{"a sheet", `table.remove(data.csv("faq.csv"))`},
	{"data, another", `data = {}`},
	{"json.null", `json.null.x = 1`},
	{"json.null's metatable", `setmetatable(json.null, {__index = print})`},
	{"json.null, another", `json.null = 1`},
	{"a marked list", `local l = json.decode("[]") getmetatable(l).x = 1`},
	{"the mark", `setmetatable(json.array{}, {})`},
	{"a marked list by rawset", `rawset(json.array{}, "x", 1)`},
	{"the mark through what it says", `getmetatable(json.array{}):upper() getmetatable("").x = 1`},
	{"a library of ours", `store.get = print`},
	{"a library by rawset", `rawset(json, "encode", 1)`},
	{"a library, another", `json = {encode = print, decode = print, null = 1}`},
	{"a reply", `local r = reply.text("x") r.x = 1`},
	{"a reply's metatable", `setmetatable(reply.none(), {})`},
	{"an error value", `local ok, e = pcall(error, {}) e.x = 1 error(e)`},
	{"an error's refusal", `local ok, e = send.text("o", "x") e.hint = print`},
	{"globals", `counter = 5 nosuch = 1 _G.x = 1 rawset(_G, "math", {})`},
	{"a module", `require("lib.m").x = 1`},
	{"a module's local", `require("lib.m").bump()`},
	{"chance", `math.randomseed(1) math.random()`},
	{"names of tables", `for i = 1, 10 do tostring({}) end`},
	{"a budget", `while true do end`},
	{"memory", `hoard = {} for i = 1, 1e9 do hoard[i] = {} end`},
	{"a suspended coroutine", `co = coroutine.wrap(function() store.get("x") coroutine.yield() end) co()`},
	{"an iterator", `it = data.csv("faq.csv") for k, v in pairs(it) do break end`},
	{"a callback that raises", `re.gsub("abc", ".", error)`},
	{"patterns", `for i = 1, 300 do re.test("x", "x" .. i) end`},
	{"rules", `on.text("late", "x")`},
	{"the log", `for i = 1, 1000 do log.info(("x"):rep(1000)) end`},
	{"store", `store.set("x", 1)`},
	{"time zones", `time.format(0, "%H", "Europe/Berlin") pcall(time.format, 0, "%H", "No/Where")`},
}

// TestCleanSheetThroughBindings lets one message of one account try to leave something behind, and asks another of that
// account, and one of another account on the same engine, whether they can tell. Each has a memory of its own, for what
// the store and the session keep is meant to last.
func TestCleanSheetThroughBindings(t *testing.T) {
	compile := func(act string) *bindings.Program {
		cfg := config()
		cfg.API = &quietAPI{}
		p, err := compileFiles(t, files{
			"data/faq.csv": "question,answer\nq,a\n", "data/p.json": `{"a":[1,{"b":2}]}`,
			"lib/m.lua": "local n = 0 local M = {} function M.bump() n = n + 1 M.n = n end return M",
			"main.lua":  "counter = 1\n" + looking + "on.text('try', function(msg) " + act + " end)\non.text('look', function(msg) log.info(hash.md5(look(msg))) return look(msg) end)",
		}, cfg)
		require.NoError(t, err)
		return p
	}
	other := compile("")
	for _, c := range tries {
		t.Run(c.name, func(t *testing.T) {
			p := compile(c.act)
			look := func(p *bindings.Program) string { return seen(t, p) }
			here, there := look(p), look(other)
			for range 3 {
				_, err := p.Answer(t.Context(), input(text(t, "try")))
				var e *engine.ScriptError
				require.True(t, err == nil || errors.As(err, &e), "%v", err)
			}
			require.Equal(t, here, look(p))
			require.Equal(t, there, look(other))
		})
	}
}

// seen is what a look finds, without what differs from message to message by design.
func seen(t *testing.T, p *bindings.Program) string {
	in := input(text(t, "look"))
	out, err := p.Answer(t.Context(), in)
	require.NoError(t, err)
	require.NotNil(t, out.Reply)
	all := strings.Split(out.Reply.Content, "\n")
	require.Greater(t, len(all), 200, "the look sees little")
	return strings.Join(all, "\n") + out.Log[0].Text
}
