package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

const orderScript = `local order = flow("order", function(c)
  local what = c:ask("喝点什么?", { one_of = {"茶", "咖啡"}, retry = "茶还是咖啡?" })
  local n, why = c:ask("几杯?", { number = true, min = 1, max = 9, timeout = "30m" })
  if why then c:say("还在吗?") n = c:ask("到底几杯?", {number = true}) end
  return ("第 %d 单: %d 杯%s"):format(store.incr("orders"), n, what)
end, { timeout = "2h", on_timeout = function(c) store.incr("expired") return "订单已关闭" end })
on.text("下单", order)
on.text("查看", "规则的查看")
on.text("单数", function() return tostring(store.get("orders")) end)
on.fallback("没听懂")`

// flowHouse is a house of an account with flows, whose conversations are looked at when the test says so.
func flowHouse(t *testing.T, yaml, main string, change ...func(*bot.Options)) (h *house, dues chan time.Time) {
	t.Helper()
	dues = make(chan time.Time)
	change = append(change, func(o *bot.Options) { o.Dues = dues })
	return newHouse(t, map[string]files{"demo": {"main.lua": main, "account.yaml": yaml + "\n" + unhurried}}, change...), dues
}

const pushesYAML = "kind: service\nlate: push\napp_secret: ${env:SECRET}\napp_id: wx1"

var talked = 0

// talk lets a fan say one thing after the other, and gives the answers.
func (h *house) talk(fan string, said ...string) string {
	h.t.Helper()
	var all []string
	for _, one := range said {
		talked++
		all = append(all, h.say(h.text(fan, fmt.Sprint(talked), one)).seen())
	}
	return strings.Join(all, " / ")
}

// lookAtDue moves the clock and lets it be looked which conversations are due.
func (h *house) lookAtDue(dues chan time.Time, d time.Duration) {
	h.t.Helper()
	h.clock.Add(d)
	for range 2 { // the second is taken only after the first was dealt with
		select {
		case dues <- h.clock.Now():
		case <-time.After(patient):
			h.t.Fatal("nobody looks what is due")
		}
	}
}

func (h *house) conversation(fan string) (c store.Conversation, found bool) {
	h.t.Helper()
	c, found, err := h.store.FindConversation(h.t.Context(), "demo", fan)
	require.NoError(h.t, err)
	return c, found
}

// TestAConversationOverTheWire is only a row between two messages, and nothing when it is over.
func TestAConversationOverTheWire(t *testing.T) {
	h, _ := flowHouse(t, "", orderScript)
	require.Equal(t, "喝点什么? / 茶还是咖啡? / 几杯?", h.talk("amy", "下单", "水", "茶"))
	require.Equal(t, "喝点什么? / 几杯?", h.talk("bob", "下单", "咖啡"))
	c, _ := h.conversation("amy")
	require.Equal(t, []any{"order", store.ConversationWaits, "几杯?", store.DueTimeout}, []any{c.Flow, c.State, c.Question, c.Why})
	require.Equal(t, "第 1 单: 2 杯茶 / 没听懂", h.talk("amy", "2", "2"))
	require.Equal(t, "第 2 单: 3 杯咖啡", h.talk("bob", "3"))
	_, found := h.conversation("amy")
	require.False(t, found)
}

// TestAConversationSurvives a restart, a kill and a save.
func TestAConversationSurvives(t *testing.T) {
	h, _ := flowHouse(t, "", orderScript)
	require.Equal(t, "喝点什么?", h.talk("amy", "下单"))
	h.beginAnew()
	require.Equal(t, "几杯?", h.talk("amy", "茶"))
	h.kill()
	h.reopen()
	h.write("demo", files{"main.lua": orderScript + "\non.text('新', '规则')"})
	h.load("demo")
	require.Equal(t, "第 1 单: 2 杯茶", h.talk("amy", "2"))
	require.Equal(t, "1", h.talk("amy", "单数"))
}

// TestWhatAFanIsTold of a repeat is the kept answer, and the conversation stays where it is.
func TestARepeatDoesNotAnswerTwice(t *testing.T) {
	h, _ := flowHouse(t, "", orderScript)
	h.talk("amy", "下单")
	p := h.text("amy", "77", "茶")
	require.Equal(t, "几杯?", h.say(p).seen())
	require.Equal(t, "几杯?", h.say(p).seen())
	h.beginAnew()
	require.Equal(t, "几杯?", h.say(p).seen())
	require.Equal(t, "第 1 单: 2 杯茶", h.talk("amy", "2"))
}

// TestTimeoutsGoOn: the question's is a value, the flow's has the last word; what is said goes out by itself.
func TestTimeoutsGoOn(t *testing.T) {
	h, dues := flowHouse(t, pushesYAML, orderScript)
	h.talk("amy", "下单", "茶")
	h.lookAtDue(dues, 29*time.Minute)
	require.Empty(t, h.api.messages())
	h.lookAtDue(dues, time.Minute)
	r := h.report(2)
	require.Equal(t, []message{{"amy", "text", "还在吗?\n到底几杯?"}}, h.api.messages())
	require.Equal(t, []any{bot.AnsweredAsync, "flow", "order"}, []any{r.Outcome, r.MsgType, r.EventKey})
	require.Equal(t, "没听懂", h.talk("bob", "2"))
	h.lookAtDue(dues, 90*time.Minute)
	h.report(4)
	require.Equal(t, message{"amy", "text", "订单已关闭"}, h.api.messages()[1])
	_, found := h.conversation("amy")
	require.False(t, found)
	require.Equal(t, "没听懂", h.talk("amy", "2"))
}

// TestWhatCannotBePushedWaits for the fan's next text.
func TestWhatCannotBePushedWaits(t *testing.T) {
	h, dues := flowHouse(t, "kind: subscription\nlate: fetch", orderScript)
	h.talk("amy", "下单", "茶")
	h.lookAtDue(dues, 30*time.Minute)
	require.Equal(t, bot.Kept, h.report(2).Outcome)
	require.Equal(t, "还在吗?\n到底几杯?\n第 1 单: 2 杯茶", h.talk("amy", "2"))
}

// TestSignalsWake what waits for them, also when they came early, by whoever they come.
func TestSignalsWake(t *testing.T) {
	h, _ := flowHouse(t, pushesYAML, `on.text("付款", flow("pay", function(c)
		local paid = c:wait_signal("paid", {timeout = "1d"})
		return "收到 " .. paid.yuan .. " 元"
	end))
	local ask = flow("ask", function(c, about) local x = c:ask(about .. "怎么样?") return "谢谢:" .. x end)
	on.text("回访", function(msg) return ask:start("bob", "茶") and "好" end)
	on.text("到账", function(msg) return flow.signal("amy", "paid", {yuan = 28}) end)
	on.fallback("没听懂")`)
	require.Equal(t, "success", h.talk("amy", "付款"))
	now, err := h.fleet.Signal(t.Context(), "demo", store.Signal{OpenID: "amy", Name: "paid", ID: "1", Data: []byte(`{"yuan":7}`)})
	require.NoError(t, err)
	require.True(t, now)
	h.until("it was woken", func() bool { return len(h.turns) == 2 })
	require.Equal(t, []message{{"amy", "text", "收到 7 元"}}, h.api.messages())
	require.Equal(t, "kept", h.talk("bob", "到账"))
	require.Equal(t, "收到 28 元", h.talk("amy", "付款"), "it came early")

	require.Equal(t, "好", h.talk("amy", "回访"))
	h.until("it was started", func() bool { return len(h.api.messages()) == 2 })
	require.Equal(t, message{"bob", "text", "茶怎么样?"}, h.api.messages()[1])
	require.Equal(t, "谢谢:不错", h.talk("bob", "不错"))
	_, err = h.fleet.Signal(t.Context(), "nobody", store.Signal{OpenID: "amy", Name: "paid"})
	require.ErrorIs(t, err, bot.ErrNotServing)
}

// TestOtherKindsFollowTheReply of a conversation, in order.
func TestOtherKindsFollowTheReply(t *testing.T) {
	const script = `on.text("看", flow("look", function(c) c:say("一") c:say(reply.image("M")) c:say("二") c:ask("三?") end)) on.fallback("没听懂")`
	h, _ := flowHouse(t, pushesYAML, script)
	require.Equal(t, "一", h.talk("amy", "看"))
	h.report(0)
	require.Equal(t, []message{{"amy", "image", "M"}, {"amy", "text", "二\n三?"}}, h.api.messages())

	h, _ = flowHouse(t, "kind: subscription\nlate: fetch", script)
	require.Equal(t, "一\n二\n三?", h.talk("amy", "看"), "nothing may follow")
	h.report(0)
	require.Contains(t, h.talk("amy", "好"), "success")
	require.Contains(t, h.talk("amy", "查看"), "[image]", "the picture is fetched")
}

// TestFetchWordsAndQuestions: a word that the question takes is an answer, another one fetches.
func TestFetchWordsAndQuestions(t *testing.T) {
	const script = `on.text("慢", function() time.sleep("1s") return "迟到的" end)
	on.text("问", flow("f", function(c) local x = c:ask("?") return "答了" .. x end))
	on.text("数", flow("g", function(c) local x = c:ask("几?", {number = true}) return "数了" .. x end))`
	h, _ := flowHouse(t, "kind: subscription\nlate: fetch", script)
	slept := 0
	keep := func(id string) {
		slept++
		d := h.deliver(h.text("amy", id, "慢"))
		h.api.await(t, "sleep", slept)
		h.pass(window)
		h.wait("early answer", d.answered)
		h.api.let("sleep")
		h.until("it is kept", func() bool { return len(h.turns) > 0 && h.turns[len(h.turns)-1].Outcome == bot.Kept })
	}
	keep("a1")
	require.Equal(t, "?", h.talk("amy", "问"))
	require.Equal(t, "答了查看", h.talk("amy", "查看"))
	require.Equal(t, "迟到的", h.talk("amy", "查看"))
	h.turns = nil
	keep("a2")
	require.Equal(t, "几?", h.talk("amy", "数"))
	require.Equal(t, "迟到的 / 数了7", h.talk("amy", "查看", "7"))
}

// TestAScriptThatRaisesEndsTheConversation, and leaves it for an operator to look at.
func TestAScriptThatRaisesEndsTheConversation(t *testing.T) {
	const script = `on.text("问", flow("f", function(c) local x = c:ask("?") store.incr("n") %s return "第 " .. store.get("n") end)) on.fallback("没听懂")`
	h, dues := flowHouse(t, pushesYAML+"\napology: 抱歉", fmt.Sprintf(script, "local y = x.y.z"))
	require.Equal(t, "? / 抱歉 / 没听懂", h.talk("amy", "问", "好", "好"))
	c, found := h.conversation("amy")
	require.True(t, found)
	require.Equal(t, store.ConversationFailed, c.State)
	require.Contains(t, c.Why, "attempt to index field 'y' (a nil value)")
	h.write("demo", files{"main.lua": fmt.Sprintf(script, "")})
	h.load("demo")
	require.NoError(t, h.fleet.ResumeConversation(t.Context(), "demo", "amy", "", operator))
	h.lookAtDue(dues, 0)
	h.until("it went on", func() bool { return len(h.api.messages()) == 1 })
	require.Equal(t, []message{{"amy", "text", "第 1"}}, h.api.messages(), "what was done before is not done twice")
}

// serveYAML is an account.yaml that serve takes.
const serveYAML = "app_id: wx1\nkind: service\nmode: plain\nlate: push\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}"

// twoQuestions is a script whose flow asks two things in these words.
func twoQuestions(first, second string) string {
	return fmt.Sprintf(`on.text("开始", flow("f", function(c)
  local a = c:ask(%q)
  local b = c:ask(%q, {number = true})
  return a .. b
end)) on.fallback("没听懂")`, first, second)
}

func (h *house) saveScript(main string) {
	h.t.Helper()
	h.write("demo", files{"main.lua": main})
	require.NoError(h.t, h.load("demo").Err)
	h.built("demo")
}

// TestCodeThatChangesUnderAWaitingFan: the live build when it comes to the question, else the build that asked, for a day,
// and then the fan is asked anew.
func TestCodeThatChangesUnderAWaitingFan(t *testing.T) {
	serve := func(o *bot.Options) { o.Dev = false }
	last := func(h *house) bot.TurnReport { return h.turns[len(h.turns)-1] }

	t.Run("reworded", func(t *testing.T) {
		h, _ := flowHouse(t, serveYAML, twoQuestions("谁?", "几杯?"), serve)
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.saveScript(twoQuestions("谁?", "要几杯?"))
		require.Equal(t, "我2", h.talk("amy", "2"))
		require.Empty(t, last(h).Warnings)
	})
	t.Run("the build that asked goes on", func(t *testing.T) {
		h, _ := flowHouse(t, serveYAML, twoQuestions("谁?", "几杯?"), serve)
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.saveScript(twoQuestions("你是谁?", "要几杯?"))
		require.Equal(t, "请回复一个数字 / 我2", h.talk("amy", "x", "2"))
		require.Contains(t, last(h).Warnings[0], "the conversation goes on with build ")
		require.Contains(t, last(h).Warnings[0], "the script asks 「你是谁?」 where the fan was asked 「几杯?」")
		require.Equal(t, "你是谁?", h.talk("amy", "开始"))
	})
	t.Run("a day later it does not", func(t *testing.T) {
		h, _ := flowHouse(t, serveYAML, strings.Replace(twoQuestions("谁?", "几杯?"), "end))", `end, {timeout = "9d"}))`, 1), serve)
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.saveScript(twoQuestions("你是谁?", "要几杯?"))
		h.clock.Add(25 * time.Hour)
		require.Equal(t, "你是谁? / 要几杯? / 他3", h.talk("amy", "2", "他", "3"))
	})
	t.Run("nor in dev", func(t *testing.T) {
		h, _ := flowHouse(t, "", twoQuestions("谁?", "几杯?"))
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.saveScript(twoQuestions("你是谁?", "要几杯?"))
		require.Equal(t, "你是谁?", h.talk("amy", "2"))
		require.Contains(t, last(h).Warnings[0], "the fan is asked anew: the script asks 「你是谁?」 where the fan was asked 「几杯?」; the fan answered question 1 「谁?」 with 「我」")
	})
	t.Run("a flow that is gone", func(t *testing.T) {
		h, _ := flowHouse(t, serveYAML, twoQuestions("谁?", "几杯?"), serve)
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.talk("bob", "开始", "他")
		h.saveScript(`on.before(function(msg) store.incr("before") end) on.text("2", function() return "规则" .. store.get("before") end)`)
		require.Equal(t, "我2", h.talk("amy", "2"), "its build has it")
		h.clock.Add(25 * time.Hour)
		require.Equal(t, "规则2", h.talk("bob", "2"), "on.before is asked once")
		c, found := h.conversation("bob")
		require.True(t, found)
		require.Equal(t, store.ConversationGone, c.State)
	})
	t.Run("an act before the question", func(t *testing.T) {
		h, _ := flowHouse(t, serveYAML, twoQuestions("谁?", "几杯?"), serve)
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.saveScript(strings.Replace(twoQuestions("谁?", "几杯?"), "local b", `store.incr("n") local b`, 1))
		require.Equal(t, "我2", h.talk("amy", "2"))
		require.Contains(t, last(h).Warnings[0], "it calls store.incr 「n」 before it comes to the question 「几杯?」")
		require.Empty(t, keptValue(t, h, "n"))
	})
	t.Run("an old build that raises is not tried again", func(t *testing.T) {
		h, _ := flowHouse(t, serveYAML, strings.Replace(twoQuestions("谁?", "几杯?"), "return a", "return nothing.at.all .. a", 1), serve)
		h.built("demo")
		h.talk("amy", "开始", "我")
		h.saveScript(twoQuestions("你是谁?", "要几杯?"))
		require.Equal(t, "你是谁?", h.talk("amy", "2"))
	})
}

func keptValue(t *testing.T, h *house, key string) string {
	t.Helper()
	v, _, err := h.store.Turn(store.TurnKey{Account: "demo", Unclaimed: true}).Get(t.Context(), key)
	require.NoError(t, err)
	return string(v)
}

// TestASaveSaysWhatItDoesToThoseWhoWait before it is live.
func TestASaveSaysWhatItDoesToThoseWhoWait(t *testing.T) {
	countingScript := func(first, second string) string {
		return strings.Replace(twoQuestions(first, second), "return a", "store.incr('n') return a", 1)
	}
	h, _ := flowHouse(t, "", countingScript("谁?", "几杯?"))
	require.Empty(t, h.save(0).Waiting)
	h.built("demo")
	h.talk("amy", "开始", "我")
	h.talk("bob", "开始")
	h.talk("eve", "开始", "她")
	for _, tt := range []struct{ main, want string }{
		{countingScript("谁?", "几杯?") + "\n-- new", "3 wait; of 3 tried 3 go on"},
		{countingScript("谁?", "要几杯?"), "3 wait; of 3 tried 3 go on"},
		{countingScript("你是谁?", "要几个?"), "3 wait; of 3 tried 0 go on, 3 are asked anew at 「几杯?」 「谁?」: the script asks 「你是谁?」 where the fan was asked 「几杯?」; the fan answered question 1 「谁?」 with 「我」"},
		{strings.Replace(countingScript("谁?", "几杯?"), "local b", "local x = store.get('x') local b", 1), "3 wait; of 3 tried 1 go on, 2 cannot be told without asking outside"},
	} {
		h.write("demo", files{"main.lua": tt.main})
		require.Equal(t, tt.want, h.load("demo").Waiting)
	}
	require.Empty(t, keptValue(t, h, "n"), "nothing was done")
	require.Equal(t, "我2", h.talk("amy", "2"))
	require.Equal(t, "1", keptValue(t, h, "n"))
}

// TestWhatASaveDoesIsOneLine, with large numbers as people write them.
func TestWhatASaveDoesIsOneLine(t *testing.T) {
	for _, tt := range []struct {
		name string
		of   bot.FlowsTried
		anew bool
		want string
	}{
		{"nobody", bot.FlowsTried{}, true, "nobody waits"},
		{"many", bot.FlowsTried{Waiting: 41_203, Tried: 200, GoOn: 197, Differ: map[string]int{"电话?": 3}, Why: "why"}, true, "41,203 wait; of 200 tried 197 go on, 3 are asked anew at 「电话?」: why"},
		{"a million", bot.FlowsTried{Waiting: 1_000_000, Tried: 1, GoOn: 1}, false, "1,000,000 wait; of 1 tried 1 go on"},
		{"999", bot.FlowsTried{Waiting: 999, Tried: 0}, false, "999 wait; of 0 tried 0 go on"},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.of.Words(tt.anew)) })
	}
}
