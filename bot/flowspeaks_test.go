package bot_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// TestWhatAConversationSaysThatNobodyCanBeGiven is said to the author; the rest arrives.
func TestWhatAConversationSaysThatNobodyCanBeGiven(t *testing.T) {
	const pushes, fetches = pushesYAML, "kind: subscription\nlate: fetch"
	const noPush = "the account may not send customer-service messages (verified: false)"
	text := func(s string) message { return message{"amy", "text", s} }
	for _, tt := range []struct {
		name, yaml, says string
		woken            bool // by a timeout; else by the fan
		answer           string
		outcome          bot.Outcome
		sent             []message
		warns            []string
	}{
		{name: "a transfer behind a text", yaml: pushes, says: `c:say("一") c:say(reply.transfer()) c:say("二")`, answer: "一", outcome: bot.Answered, sent: []message{text("二")}, warns: []string{"a transfer reply cannot follow another message"}},
		{name: "a transfer by itself", yaml: pushes, says: `c:say(reply.transfer())`, woken: true, outcome: bot.Late, warns: []string{"a transfer reply cannot be sent late"}},
		{name: "a text and a picture by themselves", yaml: pushes, says: `c:say("一") c:say(reply.image("M")) c:say("二")`, woken: true, outcome: bot.AnsweredAsync, sent: []message{text("一"), {"amy", "image", "M"}, text("二")}},
		{name: "a picture by itself", yaml: pushes, says: `c:say(reply.image("M"))`, woken: true, outcome: bot.AnsweredAsync, sent: []message{{"amy", "image", "M"}}},
		{name: "a picture by itself of who may not send", yaml: fetches, says: `c:say(reply.image("M"))`, woken: true, outcome: bot.Kept, warns: []string{"what the conversation says is kept for the fan's next message, at most 24 h: " + noPush}},
		{name: "a text and a picture of who may not send", yaml: fetches, says: `c:say("一") c:say(reply.image("M"))`, woken: true, outcome: bot.Kept, warns: []string{"what the conversation says is kept for the fan's next message, at most 24 h: " + noPush, "an image message is kept for the fan's next message, at most 24 h: " + noPush}},
		{name: "two pictures of who may not send", yaml: fetches, says: `c:say(reply.image("M")) c:say(reply.image("N"))`, answer: "[image]", outcome: bot.Answered, warns: []string{"an image message waits for the fan to fetch it: " + noPush}},
		{name: "a picture and texts of who may not send", yaml: fetches, says: `c:say("一") c:say(reply.image("M")) c:say("二")`, answer: "一\n二", outcome: bot.Answered, warns: []string{"an image message waits for the fan to fetch it: " + noPush}},
		{name: "nothing", yaml: pushes, says: ``, woken: true, outcome: bot.Acknowledged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wait := map[bool]string{true: `c:ask("?", { timeout = "5m" })`}[tt.woken]
			h, dues := flowHouse(t, tt.yaml, fmt.Sprintf(`on.text("看", flow("look", function(c) %s %s end))`, wait, tt.says))
			answer, n := h.talk("amy", "看"), 0
			if tt.woken {
				require.Equal(t, "?", answer)
				h.lookAtDue(dues, 5*time.Minute)
				n = 1
			} else {
				require.Equal(t, tt.answer, answer)
			}
			r := h.report(n)
			require.Equal(t, tt.outcome, r.Outcome)
			require.Equal(t, tt.sent, h.api.messages())
			require.Equal(t, tt.warns, r.Warnings)
		})
	}
}

// TestWhatFollowsARefusedMessageIsNotSent, so that nothing comes out of order.
func TestWhatFollowsARefusedMessageIsNotSent(t *testing.T) {
	h, _ := flowHouse(t, pushesYAML, `on.text("看", flow("look", function(c) c:say("一") c:say(reply.image("M")) c:say("二") end))`)
	h.api.errcode = 45015
	require.Equal(t, "一", h.talk("amy", "看"))
	r := h.report(0)
	require.Len(t, r.Sent, 1)
	require.Equal(t, "custom:image", r.Sent[0].Kind)
	require.Equal(t, 45015, r.Sent[0].Errcode)
}

// TestAConversationThatWasCutOffGoesOnAtOnce in another process.
func TestAConversationThatWasCutOffGoesOnAtOnce(t *testing.T) {
	h, _ := flowHouse(t, pushesYAML, `on.text("开始", flow("f", function(c) store.incr("n") send.typing("amy") c:ask("第 " .. store.get("n") .. " 单?") end))`)
	twin := h.twin()
	h.deliver(h.text("amy", "1", "开始"))
	h.api.await(t, "amy", 1)
	h.kill()
	h.api.letAll()
	passAll(20*time.Second, twin)
	twin.until("the fan is asked", func() bool { return len(h.api.messages()) == 1 })
	require.Equal(t, []message{{"amy", "text", "第 1 单?"}}, h.api.messages(), "without a look at what is due, and nothing is done twice")
}
