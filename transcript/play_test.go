package transcript_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/transcript"
)

// TestWhatTestsCanSay plays what a transcript may hold, with the real callback, store and platform.
func TestWhatTestsCanSay(t *testing.T) {
	const push = service + "late: push\n"
	tests := []struct{ name, yaml, main, chat string }{
		{"exact, part, expression, wildcard", service, `on.text(function(m) return m.content end)`, `
amy: one {…} two
bot: one {…} two
bot(amy): [silence]
amy: more
bot: ~ or
amy: n42
bot: /^n\d+$/
amy: ~ odd
bot: \~ odd
amy: \[click me]
bot: \[click me]
amy: [微笑]
bot: [微笑]
amy：全角冒号
bot：全角冒号
`},
		{"a text of several lines", service, `on.text(function(m) return m.content end)`, "amy: a\n\n     b\n       c\nbot: a\n\n     b\n       c\n"},
		{"silence and no calls", service, `on.text(reply.none())`, "amy: hi\nbot: [silence]\napi: none\n"},
		{"the time is held, and of the account's zone", service, `on.text(function() return time.format(time.now(), "%Y-%m-%d %H:%M:%S") end)`, `
clock 2026-07-01 23:59
amy: x
bot: 2026-07-01 23:59:00
clock +1m
amy: x
bot: 2026-07-02 00:00:00
clock 2026-07-03 08:00
amy: x
bot: 2026-07-03 08:00:00
`},
		{"sleeping costs no time", service, `on.text(function() local a = time.now() time.sleep("4s") return tostring(time.now() - a) end)`, "amy: x\nbot: 4\n"},
		{"an answer that comes late is pushed", push, `on.text(function() time.sleep("20s") return "at last" end)`, `
amy: x
bot(push): at last
api: message/custom/send "at last"
`},
		{"slow makes it late", push, `on.text("at last")`, "slow 6s\namy: x\nbot(push): at last\namy: x\nbot: at last\n"},
		{"and is joined to WeChat's next attempt", service + "late: join\n", `on.text(function() time.sleep("6s") return "at last" end)`, "amy: x\nbot: at last\n"},
		{"and is fetched", service + "late: fetch\nfetch_word: [查看]\nfetch_text: 还在想\n", `on.text(function() time.sleep("16s") return "at last" end)`, "amy: x\nbot: ~ 还在想\namy: 查看\nbot: at last\n"},
		{"a repeat gets the same answer", service, `on.text(function() return tostring(store.incr("n")) end)`, "amy: x\nbot: 1\namy: [again]\nbot: 1\namy: y\nbot: 2\n"},
		{"a restart keeps what lasts", service, `on.text(function() return tostring(store.incr("n")) end)`, "amy: x\nbot: 1\n-- restart --\namy: y\nbot: 2\namy: [again]\nbot: 2\n"},
		{"two programs share what lasts", service, `on.text(function() return tostring(store.incr("n")) end)`, "amy: x\nbot: 1\n-- node 2 --\namy: [again]\nbot: 1\nbob: y\nbot: 2\n-- node 1 --\nbob: z\nbot: 3\nclock +1h\namy: z\nbot: 4\n"},
		{"a save is live", service, `on.text("old")`, "amy: x\nbot: old\n-- save main.lua <<\non.text(\"new\")\n>>\namy: x\nbot: new\n-- save broken main.lua <<\nlocal =\n>>\namy: x\nbot: new\n"},
		{"jobs are done when they are due", service, `every("0 9 * * *", function() store.incr("days") end, { name = "day" })
local remind = task("remind", function(a) send.text(a.openid, "tea") end)
on.text("remind", function(m) after("10m", remind, { openid = m.openid }) return "ok" end)
on.text("days", function() return tostring(store.get("days")) end)`, `
clock 2026-03-02 08:00
amy: remind
bot: ok
clock +9m
clock +1m
bot(push): tea
clock 2026-03-04 12:00
amy: days
bot: 3
`},
		{"a conversation, and its end by time", service, `local order = flow("order", function(c)
  local what, why = c:ask("what?", { timeout = "30m" })
  if why then c:say("still there?") what = c:ask("well?") end
  return "so " .. what
end, { timeout = "2h", on_timeout = function() return "closed" end })
on.text("order", order)
on.fallback("?")`, `
amy: order
bot: what?
bob: order
bot: what?
bob: tea
bot: so tea
clock +30m
bot(push, amy): still there?
     well?
clock +2h
bot(push, amy): closed
amy: tea
bot: ?
`},
		{"the API fails as it is told", service, `on.text(function(m) local id, err = send.text(m.openid, "x") return id and "sent" or tostring(err.errcode) end)`, `
fail message/custom/send 45015 once
amy: x
bot: 45015
api: message/custom/send
amy: x
bot(push): x
bot: sent
`},
		{"several fans", service, `on.text(function(m) return m.content end)`, "amy: a\nbot: a\nbob: b\nbot(bob): b\nbot(amy): [silence]\n"},
		{"chance is the same every time", service, `on.text(function() return tostring(math.random(1000000)) end)`, "amy: x\nbot: 870120\n"},
		{"the failure notice of WeChat", service + "apology: \"\"\n", `on.text("x", reply.image("nobody"))`, "amy: x\nWeChat: {…}\n"},
		{"an error that is expected", service + "apology: sorry\n", `on.text(function() error("oh no") end)`, "amy: x\nbot: sorry\nerror: ~ oh no\n"},
		{"taps, the menu, events", service, `menu{ button("A", { key = "A", click = "a" }), group("G", { button("B", { key = "B", click = "b" }) }) }
on.text("list", function() return reply.tap("more", "MORE") end)
on.text("MORE", "tapped")
on.event("PIC", function() return "pic" end)
on.location(function(m) return m.label end)
on.voice(function(m) return m.recognition end)`, `
amy: [click A]
bot: a
amy: [menu G/B]
bot: b
amy: list
bot: \[more]
amy: [tap more]     # a comment
bot: tapped
amy: [location 31.2 121.5 "a label"]
bot: a label
amy: [voice v1 "two words"]
bot: two words
amy: [unsubscribe]
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			passes(t, try(t, tt.main, tt.yaml, tt.chat))
		})
	}
}

// TestOtherServers are those that a test declares, and nobody else.
func TestOtherServers(t *testing.T) {
	const yaml = service + `allow_http: [ api.example.com, "http://127.0.0.1:8080" ]
http: { orders: { base: "https://orders.example.com/v1", headers: { Authorization: "Bearer ${env:KEY}" } } }
`
	const main = `on.text(function(m)
  local method, url = m.content:match("^(%S+) (.+)$")
  local r, err = http[method](url, method == "post" and { json = { a = 1 } } or nil)
  if not r then return err.kind end
  return r.status .. " " .. r.body
end)`
	passes(t, try(t, main, yaml, `
http GET https://api.example.com/a -> 200 {"x": 1}
amy: get https://api.example.com/a
bot: 200 {"x": 1}
amy: get https://api.example.com/a?q=1
bot: 200 {"x": 1}
http GET https://api.example.com/a?q=1 -> 404
amy: get https://api.example.com/a?q=1
bot: ~ 404
http POST https://orders.example.com/v1/items -> 500 once
http POST https://orders.example.com/v1/items -> 503 busy once
http POST https://orders.example.com/v1/* -> 201 made
amy: post orders:/items
bot: ~ 500
amy: post orders:/items
bot: 503 busy
amy: post orders:/items
bot: 201 made
http GET https://api.example.com/slow -> timeout
amy: get https://api.example.com/slow
bot: timeout
http GET https://api.example.com/slower -> slow 3s 200 late
amy: get https://api.example.com/slower
bot: 200 late
http GET https://api.example.com/too -> slow 30s 200 late
amy: get https://api.example.com/too
bot(push): timeout
http GET https://api.example.com/gone -> refused
amy: get https://api.example.com/gone
bot: connect
http GET http://127.0.0.1:8080/x -> 200 <<
two
lines
>>
amy: get http://127.0.0.1:8080/x
bot: ~ two
# what account.yaml does not allow is refused as ever
amy: get https://elsewhere.example.com/
bot: not_allowed
`))
	r := try(t, main, yaml, "amy: post https://api.example.com/orders\nbot: ~ x\n")
	require.Equal(t, transcript.Undeclared, r.Failure.Kind)
	require.Contains(t, r.Failure.Message, "http POST https://api.example.com/orders -> 200 {}")
}

// TestFailuresAreToldApart, each at its line, with the chat so far and the wrong bubble marked.
func TestFailuresAreToldApart(t *testing.T) {
	const main = `on.text("hi", "hello")
on.text("two", function(m) send.text(m.openid, "first") return "second" end)
on.text("crash", function() local x = nil; return x.y end)
on.text("loop", function() while true do end end)
on.text("none", reply.none())`
	tests := []struct {
		name, chat string
		kind       transcript.Kind
		line       int
		message    string
		marked     string // the bubble that is marked
	}{
		{"another text", "amy: hi\nbot: hallo\n", transcript.Wrong, 2, "something else", "hello"},
		{"only in part", "amy: hi\nbot: hell\n", transcript.Wrong, 2, "", "hello"},
		{"no reply but a message", "amy: hi\nbot(push): hello\n", transcript.Wrong, 2, "this is the reply", "hello"},
		{"nothing came", "amy: none\nbot: hello\n", transcript.Missing, 2, "nothing came to amy", "…"},
		{"a bubble that nobody expected", "amy: two\nbot: first\namy: hi\nbot: hello\n", transcript.Unexpected, 3, "no line for it", "second"},
		{"a bubble that nobody expected at the end", "amy: two\nbot: first\n", transcript.Unexpected, 2, "", "second"},
		{"something in place of silence", "amy: hi\nbot: [silence]\n", transcript.Unexpected, 2, "", "hello"},
		{"a crash", "amy: crash\nbot: {…}\namy: hi\n", transcript.Crash, 3, "attempt to index local 'x' (a nil value)", ""},
		{"a crash at the end", "amy: crash\nbot: {…}\n", transcript.Crash, 2, "attempt to index", ""},
		{"a crash where a text was expected", "amy: crash\nbot: fine\n", transcript.Crash, 2, "attempt to index", ""},
		{"an endless loop of a script", "amy: loop\nbot: {…}\n", transcript.Crash, 2, "", ""},
		{"another error", "amy: crash\nbot: {…}\nerror: ~ call\n", transcript.Wrong, 3, "another error", ""},
		{"no error", "amy: hi\nbot: hello\nerror: ~ call\n", transcript.Missing, 3, "no error came", ""},
		{"a call", "amy: two\nbot: first\nbot: second\napi: none\n", transcript.Unexpected, 4, "message/custom/send", ""},
		{"no call", "amy: hi\nbot: hello\napi: message/template/send\n", transcript.Missing, 3, "was not called", ""},
		{"a call with another body", "amy: two\nbot: first\nbot: second\napi: message/custom/send \"third\"\n", transcript.Wrong, 4, "another body", ""},
		{"what a fan cannot do", "amy: [tap nothing]\n", transcript.Unreadable, 1, "amy cannot do that", ""},
		{"a broken save", "amy: hi\nbot: hello\n-- save main.lua <<\nlocal =\n>>\n", transcript.Broken, 3, "main.lua", ""},
		{"a save that should be broken", "-- save broken main.lua <<\non.text('x')\n>>\n", transcript.Wrong, 1, "should be broken", ""},
		{"the clock goes back", "clock 2026-03-02 09:00\namy: hi\nbot: hello\nclock 2026-03-01 09:00\n", transcript.Unreadable, 4, "does not go back", ""},
		{"a line that cannot be read", "amy: hi\nbot hello\n", transcript.Unreadable, 2, "is nothing that a transcript says", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := try(t, main, service, tt.chat)
			require.NotNil(t, r.Failure, "it passes")
			require.Equal(t, tt.kind, r.Failure.Kind, printed(r))
			require.Equal(t, tt.line, r.Failure.Line, printed(r))
			require.Contains(t, r.Failure.Message, tt.message)
			if tt.marked != "" {
				require.Contains(t, printed(r), "▸ ")
				last := r.Failure.Chat[len(r.Failure.Chat)-1]
				require.Equal(t, []any{true, tt.marked}, []any{last.Bad, last.Text})
			}
			if tt.kind == transcript.Crash {
				require.Contains(t, r.Failure.Box, "main.lua:")
			}
		})
	}
}

// TestNoTestHarmsTheNext: what never ends is stopped, and what does not load says so.
func TestNoTestHarmsTheNext(t *testing.T) {
	dir := lay(t, files{
		"shop/main.lua": `every("* * * * *", function() store.incr("n") end, { name = "minute" })
on.text("hi", "hello")`,
		"shop/account.yaml":   service,
		"shop/tests/1.chat":   "clock +366d\n",
		"shop/tests/2.chat":   "amy: hi\nbot: hello\n",
		"shop/tests/3.chat":   "amy: hi\nbot: hallo\n",
		"shop/tests/4.chat":   "amy: hi\nbot: hello\n",
		"shop/tests/.x.chat":  "nothing",
		"shop/tests/notes.md": "nothing",
	})
	all := run(t, transcript.Options{TimeLimit: 3 * time.Second}, dir)
	require.Len(t, all, 4)
	require.Equal(t, transcript.Endless, all[0].Failure.Kind)
	require.Contains(t, all[0].Failure.Message, "--time-limit")
	passes(t, all[1])
	require.Equal(t, transcript.Wrong, all[2].Failure.Kind)
	passes(t, all[3])
	r := try(t, "on.text(", service, "amy: hi\n")
	require.Equal(t, transcript.Broken, r.Failure.Kind)
	require.Contains(t, r.Failure.Box+r.Failure.Message, "main.lua:1")
	r = try(t, "on.text('x')", "kind: nonsense\n", "amy: hi\n")
	require.Equal(t, transcript.Broken, r.Failure.Kind)
	require.Contains(t, r.Failure.Message, "account.yaml:1")
}

// TestATestChangesNothing: it finds no secret of the machine, and leaves the account's folder as it was.
func TestATestChangesNothing(t *testing.T) {
	t.Setenv("SHOP_KEY", "very secret")
	dir := lay(t, files{
		"shop/main.lua": `local v = require "lib.v"
on.text(function() return v .. require("shared.s") end)`,
		"shop/lib/v.lua": "return 'a'", "shared/s.lua": "return 'b'",
		"shop/account.yaml": service + "api_keys: [ \"${env:SHOP_KEY}\" ]\n",
		"shop/tests/1.chat": "amy: x\nbot: ab\n-- save lib/v.lua <<\nreturn 'c'\n>>\n-- save shared/s.lua <<\nreturn 'd'\n>>\namy: x\nbot: cd\n",
		"shop/tests/2.chat": "amy: x\nbot: ab\n",
	})
	for range 2 {
		for _, r := range run(t, transcript.Options{}, dir) {
			passes(t, r)
		}
	}
}

// TestOutputMarksTheWrongBubble is what an author sees.
func TestOutputMarksTheWrongBubble(t *testing.T) {
	r := try(t, `on.text("hi", "hello\nyou")`, service, "amy: hi\nbot: hallo\n")
	require.Equal(t, strings.TrimPrefix(`
  not what was expected: the bot says something else
      amy: hi
    ▸ bot: hello
           you
      want: hallo
`, "\n"), printed(r))
}
