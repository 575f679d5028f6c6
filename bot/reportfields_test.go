package bot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// TestHowLongEachPartTook: waiting for the fan's turn before, then the script, then the writing; and what the store keeps.
func TestHowLongEachPartTook(t *testing.T) {
	h := slowHouse(t, "kind: service")
	first := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.clock.Add(time.Second)
	second := h.deliver(h.text("amy", "2", "slow"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Queued == 1 }, patient, time.Millisecond)
	h.clock.Add(2 * time.Second)
	h.api.let("amy")
	h.wait("answer", first.answered)
	r := h.report(0)
	require.Equal(t, []time.Duration{0, 3 * time.Second}, []time.Duration{r.Waited, r.Took})
	require.Equal(t, noon, r.Received)
	h.api.await(t, "amy", 2)
	h.clock.Add(time.Second)
	h.api.let("amy")
	h.wait("answer", second.answered)
	r = h.report(1)
	require.Equal(t, []time.Duration{2 * time.Second, time.Second}, []time.Duration{r.Waited, r.Took})
	require.Equal(t, noon.Add(time.Second), r.Received)
	require.Equal(t, 1, r.Attempts)
	require.Equal(t, "text", r.Reply)
	require.True(t, r.Handled)
	for id, want := range map[string][]time.Duration{"1": {3 * time.Second, 3 * time.Second}, "2": {3 * time.Second, time.Second}} {
		m := h.recorded(id)
		require.Equal(t, want, []time.Duration{m.Latency, m.Handler}, id)
		require.Equal(t, "passive:text", m.ReplyKind)
		require.Equal(t, store.Answered, m.Status)
	}
}

// TestWhenAnAnswerThatNobodyTookIsSent: six seconds later, and not before.
func TestWhenAnAnswerThatNobodyTookIsSent(t *testing.T) {
	h := slowHouse(t, "kind: service")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	d.hangUp()
	h.api.let("amy")
	h.wait("return", d.returned)
	require.True(t, h.fleet.Busy("demo", "amy"), "it is to come")
	require.False(t, h.fleet.Busy("demo", "bob"))
	require.False(t, h.fleet.Busy("other", "amy"))
	h.pass(6*time.Second - 1)
	require.Empty(t, h.api.messages())
	h.pass(1)
	require.Equal(t, bot.AnsweredAsync, h.report(0).Outcome)
	require.Equal(t, []message{{"amy", "text", "slow #1"}}, h.api.messages())
	require.Eventually(t, func() bool { return !h.fleet.Busy("demo", "amy") }, patient, time.Millisecond)
}

// TestWhatEachKindOfPushIsReportedAs, in WeChat's words, with what was answered.
func TestWhatEachKindOfPushIsReportedAs(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"account.yaml": "kind: service", "main.lua": `
on.text("quiet", reply.none())
on.text("empty", function() end)
on.text("hi", "hello")
on.click("K", reply.image("M"))
`}})
	for i, tt := range []struct {
		push    push
		outcome bot.Outcome
		reply   string
		answer  string
		rule    string
		status  store.Status
	}{
		{h.text("amy", "1", "hi"), bot.Answered, "text", "hello", `main.lua:4 on.text("hi")`, store.Answered},
		{h.text("amy", "2", "quiet"), bot.Acknowledged, "success", "", `main.lua:2 on.text("quiet")`, store.Acknowledged},
		{h.text("amy", "3", "empty"), bot.Acknowledged, "success", "", "", store.Acknowledged},
		{h.text("amy", "4", "what"), bot.Unhandled, "success", "", "", store.Unhandled},
		{h.event("amy", "CLICK", "K"), bot.Answered, "image", "[image M]", `main.lua:5 on.click("K")`, store.Answered},
		{h.event("amy", "VIEW", "https://e.com/"), bot.Unhandled, "success", "", "", store.Unhandled},
	} {
		h.say(tt.push)
		r := h.report(i)
		require.Equal(t, tt.outcome, r.Outcome, i)
		require.Equal(t, tt.reply, r.Reply, i)
		require.Equal(t, tt.answer, r.Answer, i)
		require.Equal(t, tt.rule, r.Rule, i)
		require.Equal(t, "demo", r.Account)
		require.Equal(t, "amy", r.OpenID)
		require.Equal(t, h.fleet.Account("demo").Status().Build, r.Build)
		require.Len(t, r.Trace, 10)
		require.Empty(t, r.Late)
		require.Empty(t, r.Box)
		require.Empty(t, r.Why)
	}
	require.Equal(t, []string{"text", "", "", "hi"}, []string{h.report(0).MsgType, h.report(0).Event, h.report(0).EventKey, h.report(0).Said})
	require.Equal(t, []string{"event", "CLICK", "K", ""}, []string{h.report(4).MsgType, h.report(4).Event, h.report(4).EventKey, h.report(4).Said})
}

// TestARefusedAnswerStandsInFrontWhereItFits: of the next text, up to WeChat's limit of a text.
func TestARefusedAnswerStandsInFrontWhereItFits(t *testing.T) {
	const limit = 2048
	for _, tt := range []struct {
		name  string
		next  int // bytes of the next text
		front bool
	}{{"just", limit - len("slow #1") - 1, true}, {"not any more", limit - len("slow #1"), false}} {
		t.Run(tt.name, func(t *testing.T) {
			main := strings.Replace(slowScript, "on.text(function", "on.text('long', function() return ('x'):rep(settings.n) end)\non.text(function", 1)
			require.NotEqual(t, slowScript, main)
			h := newHouse(t, map[string]files{"demo": {"main.lua": main, "account.yaml": "kind: service\nsettings: { n: " + strconv.Itoa(tt.next) + " }"}})
			h.api.errcode = 45015
			d := h.deliver(h.text("amy", "1", "slow"))
			h.api.await(t, "amy", 1)
			h.pass(window)
			h.wait("early answer", d.answered)
			h.api.let("amy")
			require.Equal(t, bot.Kept, h.report(0).Outcome)
			seen := h.say(h.text("amy", "2", "long")).seen()
			require.Equal(t, tt.front, strings.HasPrefix(seen, "slow #1\nx"))
			if !tt.front {
				require.Equal(t, strings.Repeat("x", tt.next), seen)
				require.Equal(t, "slow #1", h.say(h.text("amy", "3", "1")).seen(), "it can still be fetched")
			}
		})
	}
}
