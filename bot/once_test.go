package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// slowScript counts its runs and, for texts that begin with "slow", waits for the platform's API.
const slowScript = `
on.text(function(msg)
  local n = store.incr("runs")
  if msg.content:sub(1, 4) == "slow" then send.typing(msg.openid) end
  if msg.content == "sleep" then time.sleep("1s") end
  return msg.content .. " #" .. n
end)
on.click("SLOW", function(msg) send.typing(msg.openid) return "clicked" end)
on.event("LOCATION", function(msg) send.typing(msg.openid) return "unseen" end)
`

func slowHouse(t testing.TB, yaml string) *house {
	return newHouse(t, map[string]files{"demo": {"main.lua": slowScript, "account.yaml": yaml}})
}

func TestARepeatGetsTheSameReply(t *testing.T) {
	h := slowHouse(t, "")
	p := h.text("amy", "1", "hello")
	first := h.say(p)
	require.Equal(t, "hello #1", first.seen())
	h.report(0)
	h.clock.Add(9 * time.Minute)
	second := h.say(p)
	require.Equal(t, first.body, second.body, "to the byte, CreateTime included")
	require.Equal(t, bot.Repeated, h.report(1).Outcome)
	require.Equal(t, h.report(0).Trace, h.report(1).Trace)
	require.NoError(t, h.store.Flush(t.Context()))
	all, err := h.store.Messages(t.Context(), "demo", store.MessageFilter{})
	require.NoError(t, err)
	require.Len(t, all, 1, "a repeat is no message of its own")
	require.Equal(t, "hello #2", h.say(h.text("amy", "2", "hello")).seen())
}

func TestAKeyIsKnownForTenMinutes(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return tostring(math.random(1e9)) end)`}})
	p := h.text("amy", "1", "hello")
	first := h.say(p).seen()
	h.clock.Add(10*time.Minute + 30*time.Second)
	require.NotEqual(t, first, h.say(p).seen(), "forgotten, so it runs anew")
}

func TestRepeatsJoinTheRunningTurn(t *testing.T) {
	h := slowHouse(t, "")
	p := h.text("amy", "1", "slow")
	first := h.deliver(p)
	h.api.await(t, "amy", 1)
	second, third := h.deliver(p), h.deliver(p)
	h.api.let("amy")
	for _, d := range []*delivery{first, second, third} {
		h.wait("answer", d.answered)
		require.Equal(t, "slow #1", d.seen())
		h.wait("return", d.returned)
	}
	require.Equal(t, 1, h.api.began["amy"])
}

func TestARepeatThatHangsUpReturns(t *testing.T) {
	h := slowHouse(t, "late: join")
	p := h.text("amy", "1", "slow")
	first := h.deliver(p)
	h.api.await(t, "amy", 1)
	second := h.deliver(p)
	second.hangUp()
	h.wait("return", second.returned)
	require.Empty(t, second.seen())
	h.api.let("amy")
	h.wait("answer", first.answered)
	require.Equal(t, "slow #1", first.seen())
}

func TestOneTurnAtATimePerFan(t *testing.T) {
	h := slowHouse(t, "")
	pushes := []push{h.text("amy", "1", "slow a"), h.text("amy", "2", "slow b"), h.text("amy", "3", "slow c")}
	var all []*delivery
	for i, p := range pushes {
		all = append(all, h.deliver(p))
		if i == 0 {
			h.api.await(t, "amy", 1)
		}
		require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Queued == i }, patient, time.Millisecond)
	}
	other := h.deliver(h.text("bob", "4", "quick"))
	h.wait("another fan is not held up", other.answered)
	for i, d := range all {
		h.api.await(t, "amy", i+1)
		h.api.let("amy")
		h.wait("answer", d.answered)
	}
	require.Equal(t, 1, h.api.most["amy"])
	require.Equal(t, []string{"slow a #1", "slow b #3", "slow c #4"}, []string{all[0].seen(), all[1].seen(), all[2].seen()})
}

func TestAnswersAreNotMixedUp(t *testing.T) {
	h := slowHouse(t, "")
	a, b := h.event("amy", "CLICK", "A"), h.event("amy", "CLICK", "B")
	require.Equal(t, "success", h.say(a).seen())
	require.Equal(t, "success", h.say(b).seen())
	require.Equal(t, bot.Unhandled, h.report(0).Outcome)
	require.Equal(t, bot.Unhandled, h.report(1).Outcome, "two taps in one second are two pushes")
}
