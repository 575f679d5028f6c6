package bindings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

const orderFlow = `local order = flow("order", function(c)
  local what = c:ask("喝点什么?", { one_of = {"茶", "咖啡"}, retry = "茶还是咖啡?" })
  local n    = c:ask("几杯?", { number = true, min = 1, max = 9, timeout = "30m" })
  if not c:confirm(("%d 杯%s,下单?"):format(n, what)) then return "没下单" end
  c:say("记下了")
  return ("第 %d 单"):format(store.incr("orders"))
end, { timeout = "2h", cancel = {"取消", "quit"}, on_timeout = function(c) c:say("订单已关闭") end })
on.text("下单", order)
on.text("菜单", "茶 28")
on.subscribe("欢迎")
on.fallback("没听懂")`

// TestAConversationIsStraightCode walks through an order.
func TestAConversationIsStraightCode(t *testing.T) {
	for _, tt := range []struct {
		name, said string // one message a word
		want       string
	}{
		{"an order", "下单 茶 2 好", "喝点什么? / 几杯? / 2 杯茶,下单? / 记下了\n第 1 单"},
		{"no", "下单 茶 2 不 菜单", "喝点什么? / 几杯? / 2 杯茶,下单? / 没下单 / 茶 28"},
		{"it takes every message", "下单 菜单 茶", "喝点什么? / 茶还是咖啡? / 几杯?"},
		{"a retry of its own", "下单 茶 10", "喝点什么? / 几杯? / 请回复 1 到 9 之间的数字"},
		{"three misses end it", "下单 水 水 水 菜单", "喝点什么? / 茶还是咖啡? / 茶还是咖啡? / 没能看懂您的回复，这次先到这里。 / 茶 28"},
		{"an answer forgives misses", "下单 水 水 茶 水 水 水", "喝点什么? / 茶还是咖啡? / 茶还是咖啡? / 几杯? / 请回复 1 到 9 之间的数字 / 请回复 1 到 9 之间的数字 / 没能看懂您的回复，这次先到这里。"},
		{"cancelled", "下单 茶 QUIT 菜单", "喝点什么? / 几杯? / 好的，已取消。 / 茶 28"},
		{"full width, and both at once", "下单 茶 ２ 是", "喝点什么? / 几杯? / 2 杯茶,下单? / 记下了\n第 1 单"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalking(t, orderFlow)
			var told []string
			for said := range strings.FieldsSeq(tt.said) {
				told = append(told, k.say(said))
				require.NoError(t, k.err)
			}
			require.Equal(t, tt.want, strings.Join(told, " / "))
		})
	}
}

// TestEventsGoToTheRules leaves a question waiting, but for unsubscribe.
func TestEventsGoToTheRules(t *testing.T) {
	k := newTalking(t, orderFlow)
	k.say("下单")
	require.Equal(t, "欢迎", k.tell(event(t, "subscribe", "")))
	require.Equal(t, "几杯?", k.say("茶"))
	k.tell(event(t, "unsubscribe", ""))
	require.Equal(t, bindings.TalkCancelled, k.state())
	require.Nil(t, k.conv)
}

// TestBeforeComesBeforeTheConversation: an answer of on.before leaves it as it is.
func TestBeforeComesBeforeTheConversation(t *testing.T) {
	k := newTalking(t, `on.before(function(msg) if msg.content == "茶?" then return "今天休息" end end)`+"\n"+orderFlow)
	k.say("下单")
	require.Equal(t, "今天休息", k.say("茶?"))
	require.Equal(t, "几杯?", k.say("茶"))
}

// TestNothingInLuaCatchesAQuestion: nor holds up what is behind it.
func TestNothingInLuaCatchesAQuestion(t *testing.T) {
	for _, tt := range []struct{ name, body string }{
		{"pcall", `local ok, n = pcall(function() return c:ask("几杯?") end) seen(ok) return n`},
		{"xpcall, whose handler is not called", `local ok, n = xpcall(function() return c:ask("几杯?") end, function() seen("handler") end) return n`},
		{"nested pcall", `local ok, _, n = pcall(pcall, function() return c:ask("几杯?") end) return n`},
		{"a coroutine", `local co = coroutine.create(function() return c:ask("几杯?") end) local ok, n = coroutine.resume(co) seen(ok) return n`},
		{"a wrapped one", `return coroutine.wrap(function() return c:ask("几杯?") end)()`},
		{"table.sort", `local n table.sort({3, 1, 2}, function(a, b) n = n or c:ask("几杯?") return a < b end) return n`},
		{"gsub", `return (("x"):gsub("x", function() return c:ask("几杯?") end))`},
		{"a metamethod", `return setmetatable({}, {__index = function() return c:ask("几杯?") end}).n`},
		{"an iterator", `for n in function() return c:ask("几杯?") end do return n end`},
		{"tostring", `return tostring(setmetatable({}, {__tostring = function() return c:ask("几杯?") end}))`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalking(t, `local function seen(what) if what ~= true then store.set("seen", tostring(what)) end end
				on.text("开始", flow("f", function(c) `+tt.body+` end))`)
			require.Equal(t, "几杯?", k.say("开始"))
			require.Empty(t, k.m.values)
			require.Equal(t, "两杯", k.say("两杯"))
			require.Equal(t, bindings.TalkEnded, k.state())
			require.Empty(t, k.m.values)
		})
	}
}

// TestKindsOfQuestions: what fits and what it becomes.
func TestKindsOfQuestions(t *testing.T) {
	for _, tt := range []struct{ name, options, said, want string }{
		{"text is trimmed", ``, "  龙井  ", `"龙井"`},
		{"text of a length", `text = true, min = 2, max = 3`, "好", "请用文字回复"},
		{"number", `number = true`, "２.５", `2.5`},
		{"thousands", `number = true`, "1,234", `1234`},
		{"no number", `number = true`, "2杯", "请回复一个数字"},
		{"not hexadecimal", `number = true`, "0x10", "请回复一个数字"},
		{"too small", `number = true, min = 1`, "0", "请回复不小于 1 的数字"},
		{"integer", `integer = true`, "2.5", "请回复一个整数"},
		{"date", `date = true`, "2026年3月5日", `"2026-03-05"`},
		{"date in short", `date = true`, "2026/3/5", `"2026-03-05"`},
		{"no such day", `date = true`, "2026-02-30", "请回复日期，例如 2026-03-05"},
		{"phone", `phone = true`, "+86 138-0013-8000", `"13800138000"`},
		{"landline", `phone = true`, "(0571) 8765 4321", `"057187654321"`},
		{"no phone", `phone = true`, "打我电话", "请回复电话号码"},
		{"yes", `yes_no = true`, "好的。", `true`},
		{"no", `yes_no = true`, "不要", `false`},
		{"neither", `yes_no = true`, "也许", "请回复「是」或「否」"},
		{"one of", `one_of = {"Tea", "咖啡"}`, "ｔｅａ", `"Tea"`},
		{"one of, no other", `one_of = {"Tea", "咖啡"}`, "水", "请回复其中一个：Tea、咖啡"},
		{"no place", `location = true`, "这里", "请发送位置（对话框里的「+」→「位置」）"},
		{"no picture", `media = true`, "图", "请发一张图片、一段语音或视频"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalking(t, `on.text("开始", flow("f", function(c) return json.encode(c:ask("?", {`+tt.options+`})) end))`)
			require.Equal(t, "?", k.say("开始"))
			require.Equal(t, tt.want, k.say(tt.said))
		})
	}
}

// TestAnswersThatAreNoTexts come as what they are.
func TestAnswersThatAreNoTexts(t *testing.T) {
	image := `<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[https://example.com/p]]></PicUrl><MediaId><![CDATA[M1]]></MediaId><MsgId>7</MsgId>`
	place := `<MsgType><![CDATA[location]]></MsgType><Location_X>31.25</Location_X><Location_Y>121.5</Location_Y><Scale>16</Scale><Label><![CDATA[外滩]]></Label><MsgId>8</MsgId>`
	voice := `<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[V1]]></MediaId><Format><![CDATA[amr]]></Format><Recognition><![CDATA[两杯。]]></Recognition><MsgId>9</MsgId>`
	for _, tt := range []struct{ name, options, message, want string }{
		{"a picture", `media = true`, image, `{"media_id":"M1","pic_url":"https://example.com/p","type":"image"}`},
		{"of a kind", `media = "image"`, image, `{"media_id":"M1","pic_url":"https://example.com/p","type":"image"}`},
		{"of another kind", `media = "voice"`, image, `请发一张图片、一段语音或视频`},
		{"a place", `location = true`, place, `{"label":"外滩","x":31.25,"y":121.5}`},
		{"a voice that was understood", ``, voice, `"两杯"`},
		{"a picture for a text", ``, image, `请用文字回复`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalking(t, `on.text("开始", flow("f", function(c) return json.encode(c:ask("?", {`+tt.options+`})) end))`)
			k.say("开始")
			require.Equal(t, tt.want, k.tell(parse(t, tt.message)))
		})
	}
	k := newTalking(t, `on.text("开始", flow("f", function(c)
		local first = c.msg.content
		local m = c:ask("?", {any = true}) local kept = c.msg
		local n = c:ask("??")
		return table.concat({first, m.msg_type, m.media_id, kept.media_id, c.msg.content, tostring(c.msg.session), tostring(c.id == c.id)}, " ")
	end))`)
	k.say("开始")
	k.tell(parse(t, image))
	require.Equal(t, "开始 image M1 M1 完 nil true", k.say("完"))
}

// TestChoose takes number, words and key.
func TestChoose(t *testing.T) {
	for _, tt := range []struct{ said, want string }{
		{"1", "lj 1"},
		{"茉莉", "ml 2"},
		{"２", "ml 2"},
		{"ML", "ml 2"},
		{"3", "请回复其中一个：龙井、茉莉"},
		{"0", "请回复其中一个：龙井、茉莉"},
	} {
		k := newTalking(t, `on.text("开始", flow("f", function(c)
			local key, i = c:choose("哪种?", {{key = "lj", label = "龙井"}, {key = "ml", label = "茉莉"}})
			return key .. " " .. i
		end))`)
		require.Equal(t, "哪种?\n1. 龙井\n2. 茉莉", k.say("开始"))
		require.Equal(t, tt.want, k.say(tt.said))
	}
}

// TestATimeoutIsAValue: the flow goes on, or on_timeout has the last word.
func TestATimeoutIsAValue(t *testing.T) {
	k := newTalking(t, `on.text("开始", flow("f", function(c)
		local n, why = c:ask("几杯?", {timeout = "30m"})
		local m = c:ask(tostring(n) .. " " .. why .. "?")
		return m
	end))`)
	k.say("开始")
	require.EqualValues(t, 30*60, k.question.Timeout.Seconds())
	require.Equal(t, "nil timeout?", k.wake(bindings.WakeTimeout))
	require.Equal(t, "好", k.say("好"))

	k = newTalking(t, orderFlow)
	k.say("下单")
	k.say("茶")
	require.Equal(t, "订单已关闭", k.wake(bindings.WakeExpire))
	require.Equal(t, bindings.TalkExpired, k.state())

	k = newTalking(t, `on.text("开始", flow("f", function(c) c:ask("?") end, {on_timeout = function(c) c:ask("还在吗?") end}))`)
	k.say("开始")
	k.wake(bindings.WakeExpire)
	require.ErrorContains(t, k.err, "main.lua:1: c:ask: on_timeout can say something, and not ask: the conversation is over")
}

// TestEventsAndSignals wake what waits for them.
func TestEventsAndSignals(t *testing.T) {
	k := newTalking(t, `on.text("开始", flow("f", function(c)
		local m = c:wait_event({"SCAN", "CLICK"})
		local data = c:wait_signal("paid")
		local again = c:wait_signal("paid", {timeout = "1d"})
		return m.event_key .. " " .. data.yuan .. " " .. again.yuan
	end, {cancel = "算了"}))
	on.event("SCAN", "规则") on.fallback("没听懂")`)
	require.Empty(t, k.say("开始"))
	require.Equal(t, "没听懂", k.say("你好"))
	k.tell(event(t, "SCAN", `<EventKey><![CDATA[desk-7]]></EventKey><Ticket><![CDATA[T]]></Ticket>`))
	require.Equal(t, bindings.TalkWaits, k.state())
	require.Equal(t, "规则", k.tell(event(t, "SCAN", `<EventKey><![CDATA[desk-8]]></EventKey><Ticket><![CDATA[T]]></Ticket>`)))
	require.Equal(t, "signal", k.question.Kind)
	require.Empty(t, k.wake(bindings.WakeSignal), "somebody else took it")
	k.m.signals = []bindings.Signal{{Name: "other", Data: []byte(`1`)}, {Name: "paid", Data: []byte(`{"yuan":1}`)}, {Name: "paid", Data: []byte(`{"yuan":2}`)}}
	require.Equal(t, "desk-7 1 2", k.wake(bindings.WakeSignal), "one that came early is there")
	require.Len(t, k.m.signals, 1)

	k = newTalking(t, `on.text("开始", flow("f", function(c) c:wait_signal("paid") end))`)
	k.say("开始")
	require.Equal(t, "好的，已取消。", k.say("取消"))
}

// TestFromOutside: signals, and flows that others start.
func TestFromOutside(t *testing.T) {
	k := newTalking(t, `local ask = flow("ask", function(c, about) return about .. "?" end, {timeout = "2h"})
	on.text("问", function(msg) local id = ask:start("amy", "茶") return #id == 16 and "好" end)
	on.text("忙", function(msg) local id, err = ask:start("busy bob") return tostring(id) .. err.kind end)
	on.text("换", function(msg) return ask:start("busy bob", nil, {replace = true}) and "好" end)
	on.text("到", function(msg) return flow.signal("amy", "paid", {yuan = 28}, {id = "P7"}) end)`)
	require.Equal(t, "好", k.say("问"))
	require.Equal(t, "ask", k.m.begun[0].Flow)
	require.Equal(t, "nilbusy", k.say("忙"))
	require.Equal(t, "好", k.say("换"))
	require.Equal(t, "kept", k.say("到"))
	require.Equal(t, bindings.Signal{OpenID: "amy", Name: "paid", ID: "P7", Data: []byte(`{"yuan":28}`)}, k.m.signals[0])
	k.conv = &bindings.Conversation{ID: "1", Flow: "ask", Pieces: [][]byte{k.m.begun[0].Entries}}
	require.Equal(t, "茶?", k.wake(bindings.WakeResume))
}

// TestFlowsThatBecomeOthers start a journal of their own.
func TestFlowsThatBecomeOthers(t *testing.T) {
	k := newTalking(t, `local game
	game = flow("game", function(c, n)
		c:say("第 " .. (n or 1) .. " 局")
		if c:confirm("再来?") then c:become(game, (n or 1) + 1) end
		c:stop("再见")
		store.set("never", 1)
	end)
	on.text("玩", game)`)
	require.Equal(t, "第 1 局\n再来?", k.say("玩"))
	first := k.conv.ID
	require.Equal(t, "第 2 局\n再来?", k.say("是"))
	require.NotEqual(t, first, k.conv.ID)
	require.Len(t, k.conv.Pieces, 1)
	require.Equal(t, "第 3 局\n再来?", k.say("是"))
	require.Equal(t, "再见", k.say("否"))
	require.Empty(t, k.m.values)
}

// TestWhatARuleCaughtArrives behind c, also when the function runs again.
func TestWhatARuleCaughtArrives(t *testing.T) {
	k := newTalking(t, `on.match([[^订(.+)$]], flow("f", function(c, what) local n = c:ask(what .. "几杯?") return n .. what end))`)
	require.Equal(t, "茶几杯?", k.say("订茶"))
	require.Equal(t, "2茶", k.say("2"))
}

// TestOtherKindsFollow in order; texts that stand together are one message.
func TestOtherKindsFollow(t *testing.T) {
	k := newTalking(t, `on.text("开始", flow("f", function(c)
		c:say("一") c:say("二") c:say(reply.image("M")) c:say("三") c:say(reply.none())
		local x = c:ask("四?")
		return reply.image("N")
	end))`)
	require.Equal(t, "一\n二 | [image M] | 三\n四?", k.say("开始"))
	require.Equal(t, "[image N]", k.say("好"))
}

// TestMistakesInFlows are told at their line, with what is allowed.
func TestMistakesInFlows(t *testing.T) {
	for _, tt := range []struct{ name, main, want string }{
		{"twice", "flow('f', function() end)\nflow('f', function() end)", `main.lua:2: flow: "f" is a flow already at main.lua:1; conversations are kept under the name, so each needs its own`},
		{"in a handler", `on.text("x", function() flow("f", function() end) end)`, `flow: flows are declared at the top level, not inside a handler`},
		{"by chance", `if on.x then end flow("f" .. #tostring({}), 7)`, `flow: argument 2 (fn) is a number; want a function`},
		{"an option", `flow("f", function() end, {timout = "1h"})`, `flow: options: has no field timout; did you mean timeout?`},
		{"a timeout", `flow("f", function() end, {timeout = "90d"})`, `flow: options: timeout is "90d"; want a duration from 1s to 30d, such as "30m"`},
		{"a cancel word", `flow("f", function() end, {cancel = {"a", "A"}})`, `flow: options: cancel: "A" stands there twice`},
		{"two kinds", `on.text("x", flow("f", function(c) c:ask("?", {number = true, date = true}) end))`, `c:ask: options: has number and date; want one of them`},
		{"bounds of nothing", `on.text("x", flow("f", function(c) c:ask("?", {date = true, min = 1}) end))`, `c:ask: options: min stands beside date; it is for numbers, and for texts, whose characters it counts`},
		{"bounds that none fits", `on.text("x", flow("f", function(c) c:ask("?", {number = true, min = 2, max = 1}) end))`, `c:ask: options: min is greater than max: nothing would fit`},
		{"no words", `on.text("x", flow("f", function(c) c:ask("?", {one_of = {}}) end))`, `c:ask: options: one_of is an empty list; want the words that fit`},
		{"a dot", `on.text("x", flow("f", function(c) c.ask("?") end))`, `c:ask: argument 1 (self) is a string; want the c of the flow (call it as c:ask(…))`},
		{"a kind that is none", `on.text("x", flow("f", function(c) c:ask("?", {number = 7}) end))`, `c:ask: options: number is a number; want true`},
		{"twice the same choice", `on.text("x", flow("f", function(c) c:choose("?", {"a", "a"}) end))`, `c:choose: argument 3 (choices): the key "a" stands there twice`},
		{"last words", `on.text("x", flow("f", function(c) return 7 end))`, `main.lua:1: flow: the answer is a number; want a string, a reply.* value`},
		{"a model", `on.text("x", flow("f", function(c) c:say(llm.reply{}) end))`, `llm.reply answers a message; in a flow ask with llm.chat and say its text`},
		{"itself anew", `local f f = flow("f", function(c) f:start(c.msg.openid, nil, {replace = true}) end) on.text("x", f)`, "Flow:start: this would end the conversation that runs; c:become(flow, args) goes over to another flow"},
		{"an event", `on.text("x", flow("f", function(c) c:wait_event("SCANN") end))`, `c:wait_event: argument 2 (events): WeChat has no event "SCANN"; did you mean SCAN?`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, fails(t, tt.main), tt.want)
		})
	}
}
