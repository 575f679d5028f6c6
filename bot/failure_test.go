package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/engine"
	"moonwire/wechat"
)

const failingScript = `
on.text("boom", function(msg) return msg.content.x.y end)
on.text("loop", function() while true do end end)
on.text("hello", "hi")
on.text("misfit", function() return { 1 } end)
on.click("BOOM", function() error("no") end)
on.subscribe(function() error("no") end)
on.view(function() error("no") end)
`

func TestAScriptErrorShowsTheFanTheApology(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": failingScript, "account.yaml": "apology: 对不起"}})
	tests := []struct {
		name string
		push push
		want string
		did  string
	}{
		{"a message", h.text("amy", "1", "boom"), "对不起", `amy said "boom"`},
		{"an answer that does not fit", h.text("amy", "3", "misfit"), "对不起", `amy said "misfit"`},
		{"a tap", h.event("amy", "CLICK", "BOOM"), "对不起", `amy did CLICK "BOOM"`},
		{"a new follower", h.event("amy", "subscribe", ""), "success", "amy did subscribe"},
		{"a page", h.event("amy", "VIEW", "https://example.com"), "success", `amy did VIEW "https://example.com"`},
	}
	for i, tt := range tests {
		require.Equal(t, tt.want, h.say(tt.push).seen(), tt.name)
		r := h.report(i)
		require.Equal(t, bot.Failed, r.Outcome, tt.name)
		require.NotNil(t, r.Script)
		require.Contains(t, r.Box, "main.lua:")
		require.Contains(t, r.Box, "▸", "the line is shown")
		require.Contains(t, r.Box, tt.did)
	}
	require.Equal(t, "对不起", h.say(tests[0].push).seen(), "a repeat gets it again, and nothing runs twice")
	require.Equal(t, "hi", h.say(h.text("amy", "2", "hello")).seen())
}

func TestThreeBudgetKillsPauseTheAccount(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": failingScript, "account.yaml": "limits: { instructions: 10000 }"}})
	for i := range 3 {
		h.say(h.text("amy", string(rune('a'+i)), "loop"))
		r := h.report(i)
		require.Equal(t, engine.ErrorLimit, r.Script.Kind, "%v", r.Err)
	}
	require.Equal(t, noon.Add(time.Minute), h.fleet.Account("demo").Status().PausedUntil)
	require.Equal(t, "抱歉，出了点问题，我们已收到通知", h.say(h.text("bob", "d", "hello")).seen())
	r := h.report(3)
	require.Equal(t, bot.Paused, r.Outcome)
	require.Equal(t, "✗ demo  "+r.Err.Error()+"  trace …"+r.Trace[len(r.Trace)-4:], r.Box)
	h.clock.Add(time.Minute)
	require.Equal(t, "hi", h.say(h.text("bob", "e", "hello")).seen())

	h.write("demo", files{"main.lua": failingScript + "-- mended"})
	h.until("the save", func() bool { return len(h.saves) > 1 })
	require.Zero(t, h.fleet.Account("demo").Status().PausedUntil)
}

func TestAReplyThatWeChatWouldRefuse(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return reply.news{ title = "t", url = "not a url" } end)`}})
	d := h.say(h.text("amy", "1", "x"))
	require.NotContains(t, d.body, "<Articles>")
	r := h.report(0)
	require.Equal(t, bot.Failed, r.Outcome)
	require.Contains(t, r.Box, "url")
}

func TestRefusals(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": failingScript}})
	p := h.text("amy", "1", "hello")
	d := h.deliverSigned(p, wechat.Query{Signature: "forged", Timestamp: "1", Nonce: "n"})
	h.wait("refusal", d.answered)
	require.Equal(t, "refused", d.seen())
	p.account = "nobody"
	d = h.deliverSigned(p, wechat.Query{})
	h.wait("refusal", d.answered)
	require.Equal(t, "refused", d.seen(), "an account that does not exist looks the same")
	require.Empty(t, h.turns)

	for _, account := range []string{"demo", "nobody"} {
		echo, ok := h.fleet.Verify(account, wechat.Query{Signature: "forged", EchoStr: "echo"})
		require.False(t, ok)
		require.Empty(t, echo)
	}
	c := h.fleet.Account("demo").Config()
	echo, ok := h.fleet.Verify("demo", wechat.Query{Signature: wechat.Sign(c.Keys.Token, "1", "2"), Timestamp: "1", Nonce: "2", EchoStr: "echo"})
	require.True(t, ok)
	require.Equal(t, "echo", echo)
}

func TestAPanicOfOursIsAFailureOfThatTurnOnly(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": failingScript}}, func(o *bot.Options) { o.Rand = brokenChance{} })
	for i := range 2 {
		d := h.say(h.text("amy", string(rune('a'+i)), "hello"))
		require.Equal(t, "抱歉，出了点问题，我们已收到通知", d.seen())
		h.wait("return", d.returned)
		require.EqualError(t, h.report(i).Err, "internal error")
	}
	require.Zero(t, h.fleet.Account("demo").Status().Turns)
}

type brokenChance struct{}

func (brokenChance) Read([]byte) (int, error) { return 0, errors.New("no chance") }

func TestLongTextsContinueAsMessages(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"account.yaml": "kind: service", "main.lua": `on.text(function() return ("长"):rep(1500) end)`}})
	d := h.say(h.text("amy", "1", "x"))
	h.report(0)
	whole := d.seen()
	require.LessOrEqual(t, len(whole), wechat.TextLimit)
	for _, m := range h.api.messages() {
		require.Equal(t, "amy", m.To)
		whole += m.Text
	}
	require.Equal(t, strings.Repeat("长", 1500), whole)
}

// TestAHandlerThatAnswersNothingHasRun tells a push that a handler took without an answer from one that nobody took.
func TestAHandlerThatAnswersNothingHasRun(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `
		on.before(function(msg) log.info("seen") end)
		on.text("note", function(msg) store.set("noted", true) end)`}})
	for i, tc := range []struct {
		said string
		want bot.Outcome
	}{{"note", bot.Acknowledged}, {"something else", bot.Unhandled}} {
		require.Equal(t, "success", h.say(h.text("amy", string(rune('1'+i)), tc.said)).seen())
		require.Equal(t, tc.want, h.report(i).Outcome, tc.said)
	}
}

// An account that may push, but has no secret to call the API with, keeps its late answers for the next text.
func TestALateAnswerWithoutASecretIsKept(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {
		"account.yaml": "app_id: wx1\nkind: service\nmode: plain\nlate: push\ntoken: ${env:TOKEN}\n",
		"main.lua":     `on.text("slow", function() time.sleep("1s") return "done" end) on.text("next", "here")`,
	}}, func(o *bot.Options) { o.Dev = false })
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "sleep", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("sleep")
	r := h.report(0)
	require.Equal(t, bot.Kept, r.Outcome)
	require.Len(t, r.Sent, 1)
	require.Contains(t, r.Sent[0].Err, "may not send customer-service messages")
	require.Empty(t, h.api.messages())
	require.Equal(t, "done\nhere", h.say(h.text("amy", "2", "next")).seen())
}
