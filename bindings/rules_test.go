package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat"
)

func TestRulesFit(t *testing.T) {
	scene := `<EventKey><![CDATA[desk-7]]></EventKey><Ticket><![CDATA[T]]></Ticket>`
	tests := []struct {
		name string
		main string
		push *wechat.Message
		want string
	}{
		{"any text", `on.text(function(msg) return "<" .. msg.content .. ">" end)`, text(t, "hi"), "<hi>"},
		{"exact", `on.text("帮助", "help")`, text(t, "帮助"), "help"},
		{"exact, space around", `on.text("帮助", "help")`, text(t, " 帮助　\n"), "help"},
		{"exact, case and width", `on.text("Hi Ａ", "yes")`, text(t, "ｈＩ　a"), "yes"},
		{"exact, list", `on.text({"hi", "你好"}, "yes")`, text(t, "你好"), "yes"},
		{"exact, no part", `on.text("帮助", "help") on.fallback("no")`, text(t, "帮助我"), "no"},
		{"has", `on.has("退款", "call us")`, text(t, "我要退款!"), "call us"},
		{"has, list and case", `on.has({"refund", "退款"}, "call us")`, text(t, "REFUND please"), "call us"},
		{"exact, a list of the settings", `on.text(settings.hours, "open")`, text(t, "21:00"), "open"},
		{"match", `on.match([[^天气\s*(\p{Han}+)$]], function(msg, city) return city end)`, text(t, "天气 杭州"), "杭州"},
		{"match, group without part", `on.match("^(a)|(b)$", function(_, a, b) return tostring(a) .. b end)`, text(t, "b"), "nilb"},
		{"match sees the raw text", `on.match("^A$", "raw") on.fallback("no")`, text(t, "a"), "no"},
		{"image", `on.image(function(msg) return msg.media_id end)`, parse(t, `<MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>M1</MediaId><MsgId>1</MsgId>`), "M1"},
		{"voice", `on.voice("v") on.message("m")`, parse(t, `<MsgType>voice</MsgType><MediaId>M1</MediaId><MsgId>1</MsgId>`), "v"},
		{"shortvideo", `on.video("v") on.shortvideo("s")`, parse(t, `<MsgType>shortvideo</MsgType><MediaId>M1</MediaId><MsgId>1</MsgId>`), "s"},
		{"location", `on.location(function(m) return ("%.2f"):format(m.location_x) end)`, parse(t, `<MsgType>location</MsgType><Location_X>30.245853</Location_X><MsgId>1</MsgId>`), "30.25"},
		{"link", `on.link("l")`, parse(t, `<MsgType>link</MsgType><Url>u</Url><MsgId>1</MsgId>`), "l"},
		{"file", `on.file("f")`, parse(t, `<MsgType>file</MsgType><MsgId>1</MsgId>`), "f"},
		{"unknown kind", `on.text("t") on.message(function(m) return m.msg_type end)`, parse(t, `<MsgType>hologram</MsgType><MsgId>1</MsgId>`), "hologram"},
		{"subscribe", `on.subscribe(function(m) return "scene " .. tostring(m.scene) end)`, event(t, "subscribe", `<EventKey></EventKey>`), "scene nil"},
		{"subscribe by scan", `on.subscribe(function(m) return m.scene end)`, event(t, "subscribe", `<EventKey>qrscene_desk-7</EventKey>`), "desk-7"},
		{"scan", `on.scan("S")`, event(t, "SCAN", scene), "S"},
		{"scan with a glob", `on.scan("room-*", "no") on.scan("desk-?", "desk")`, event(t, "scan", scene), "desk"},
		{"click", `on.click("TODAY", "tea")`, event(t, "CLICK", `<EventKey>TODAY</EventKey>`), "tea"},
		{"click, case counts", `on.click("TODAY", "tea") on.fallback("stale")`, event(t, "CLICK", `<EventKey>today</EventKey>`), "stale"},
		{"any click", `on.click(function(m) return m.event_key end)`, event(t, "CLICK", `<EventKey>A</EventKey>`), "A"},
		{
			"event in any case", `on.event("scancode_WAITMSG", function(m) return m.scan_code_info.scan_result end)`,
			event(t, "scancode_waitmsg", `<EventKey>k</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>box-42</ScanResult></ScanCodeInfo>`), "box-42",
		},
		{"an event nobody knows", `on.event("brand_new_event", "new")`, event(t, "BRAND_NEW_EVENT", ""), "new"},
		{"before goes first", `on.text("a", "rule") on.before("closed")`, text(t, "a"), "closed"},
		{"before passes", `on.before(function() return nil end) on.text("a", "rule")`, text(t, "a"), "rule"},
		{"fallback goes last", `on.fallback("f") on.text("a", "rule")`, text(t, "a"), "rule"},
		{"order of declaration", `on.has("a", "first") on.text("a", "second")`, text(t, "a"), "first"},
		{"nil and false go on", `on.text("a", function() end) on.has("a", function() return false end) on.text("last")`, text(t, "a"), "last"},
		{"a reply as handler", `on.text("a", reply.text("value"))`, text(t, "a"), "value"},
		{"rules of modules", `require "lib.more" on.text("b", "main")`, text(t, "a"), "module"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, files{"main.lua": tt.main, "lib/more.lua": `on.text("a", "module")`})
			out := answer(t, p, tt.push)
			require.NotNil(t, out.Reply, "tried %v, warnings %v", out.Tried, out.Warnings)
			require.Equal(t, tt.want, out.Reply.Content)
			require.True(t, out.Handled)
		})
	}
}

func TestFallbackIsForTheFan(t *testing.T) {
	p := program(t, `on.fallback("f")`)
	tests := []struct {
		name string
		push *wechat.Message
		want bool
	}{
		{"a text", text(t, "a"), true},
		{"a click", event(t, "CLICK", `<EventKey>A</EventKey>`), true},
		{"a scan", event(t, "SCAN", `<EventKey>A</EventKey>`), false},
		{"a page opened", event(t, "VIEW", `<EventKey>http://a</EventKey>`), false},
		{"a job", event(t, "MASSSENDJOBFINISH", `<MsgID>1</MsgID>`), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, answer(t, p, tt.push).Handled)
		})
	}
}

func TestAnswersNobodySeesAreDropped(t *testing.T) {
	for _, name := range []string{"unsubscribe", "LOCATION", "VIEW", "view_miniprogram", "MASSSENDJOBFINISH"} {
		t.Run(name, func(t *testing.T) {
			out := answer(t, program(t, `on.message("hello")`), event(t, name, ""))
			require.Nil(t, out.Reply)
			require.True(t, out.Handled)
			require.Equal(t, []string{"the answer of main.lua:1 on.message was not sent: nobody sees an answer to the event " + name}, out.Warnings)
		})
	}
}

func TestTriedRulesAreNamed(t *testing.T) {
	out := answer(t, program(t, `on.text({"a","b"}, function() end)
on.has("a", function() return false end)
on.image("no")
on.text(function() return "yes" end)
on.text("z", "never")`), text(t, "a"))
	require.Equal(t, []bindings.Tried{
		{Rule: `main.lua:1 on.text{"a", …}`, Result: "nil"},
		{Rule: `main.lua:2 on.has("a")`, Result: "false"},
		{Rule: `main.lua:4 on.text`, Result: "text"},
	}, out.Tried)
	require.Equal(t, "main.lua:4 on.text", out.Rule)
}

func TestAFailingRuleIsNamed(t *testing.T) {
	p := program(t, `on.text("x", function(msg) msg.session.n = 1 local a = nil; return a.b end)`)
	out, err := p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "attempt to index")
	require.Equal(t, `main.lua:1 on.text("x")`, out.Rule)
	require.Equal(t, "error", out.Tried[0].Result)
	require.False(t, out.SessionChanged)
	require.Nil(t, out.Reply)
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, main, want string }{
		{"the same text", "on.text('Hi', 'a')\non.text({'x', 'ｈｉ '}, 'b')", `main.lua:2: on.text: "ｈｉ " has a rule already at main.lua:1`},
		{"twice in a list", "on.text({'a', 'A'}, 'b')", `main.lua:1: on.text: "A" stands in the list twice`},
		{"the same key", "on.click('A', 'a')\non.click('A', 'b')", `main.lua:2: on.click: "A" has a rule already at main.lua:1`},
		{"a pattern", "on.match('(', 'a')", "main.lua:1: on.match: argument 1 (pattern): missing closing )"},
		{"a large pattern", "on.match('(a{50}){50}', 'a')", "main.lua:1: on.match: argument 1 (pattern)"},
		{"an event almost known", "on.event('TEMPLATESENDJOBFINSH', 'a')", "did you mean TEMPLATESENDJOBFINISH?"},
		{"an empty text", "on.text(' ', 'a')", "main.lua:1: on.text: argument 1 (texts) has an empty text; want"},
		{"an empty list", "on.text({}, 'a')", "main.lua:1: on.text: argument 1 (texts) is an empty list; want"},
		{"a number in a list", "on.text({'a', 7}, 'a')", "main.lua:1: on.text: argument 1 (texts): item 2 is a number; want a string"},
		{"long keys", "for i = 1, 1100 do on.has(('a'):rep(1000) .. i, 'a') end", "main.lua:1: on.has: the keys of all rules up to here have 1049077 bytes; want at most 1048576. Move the table to data/ and look it up in one rule"},
		{"keys that grow", "for i = 1, 500 do on.has(('ΐ'):rep(512), 'a') end", "main.lua:1: on.has: the keys of all rules up to here have 1050624 bytes"},
		{"no handler", "on.text('a', nil)", "main.lua:1: on.text: argument 2 (handler) is nil; want a function, a flow, a string or a reply.* value"},
		{"a number", "on.has(7, 'a')", "main.lua:1: on.has: argument 1 (texts) is a number; want a string or a list of strings"},
		{"a handler missing", "on.has('a')", "main.lua:1: on.has: argument 2 (handler) is missing; want a function"},
		{"too many", "on.has('a', 'b', 'c')", "main.lua:1: on.has: 3 arguments; takes 2"},
		{"an effect", "store.set('a', 1)", "main.lua:1: "},
		{"the clock", "time.now()", "main.lua:1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": tt.main}, config())
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestRulesInHandlersAreRefused(t *testing.T) {
	require.Contains(t, fails(t, `on.text(function() on.text("b", "c") end)`), "main.lua:1: on.text: rules are declared at the top level")
}

// Scripts have no chance and no clock at the top level; the check holds all the same.
func TestRulesThatDifferFromTheLoadAreRefused(t *testing.T) {
	const main = "on.text('a', 'b')\non.has({'c', 'd'}, 'e')\n"
	tests := []struct{ name, then, want string }{
		{"another key", "on.text('A', 'b')\non.has({'c', 'd'}, 'e')\n", "main.lua:1: on.text: this rule was not declared so when the script was loaded; rules must not depend on time or chance"},
		{"another list", "on.text('a', 'b')\non.has({'c'}, 'e')\n", "main.lua:2: on.has: this rule was not declared so"},
		{"another kind", "on.has('a', 'b')\non.has({'c', 'd'}, 'e')\n", "main.lua:1: on.has: this rule was not declared so"},
		{"one more", main + "on.text('z')", "main.lua:3: on.text: this rule was not declared so"},
		{"one less", "on.text('a', 'b')", "main.lua:2: on.has: this rule was declared when the script was loaded and is missing now"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := bindings.WithRulesOf(program(t, tt.then), program(t, main))
			_, err := p.Answer(t.Context(), input(text(t, "x")))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestScriptsCannotForgeAnswers(t *testing.T) {
	require.Contains(t, fails(t, `on.text(function() return {type = "text"} end)`), "main.lua:1: on.text: the answer is a table; want a string, a reply.* value, or nil for the next rule")
	require.Contains(t, fails(t, `on.text(function() return 7 end)`), "the answer is a number")
}
