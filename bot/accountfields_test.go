package bot_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// TestWhatAnAccountTells of itself, before and after it serves.
func TestWhatAnAccountTells(t *testing.T) {
	h := newHouse(t, map[string]files{
		"demo": {"main.lua": `on.text("hi")`, "account.yaml": serveYAML + "\n" + unhurried}, "bad": {"main.lua": "", "account.yaml": "mood: x"}, "broken": {"main.lua": "on.text("},
	})
	var names []string
	for _, one := range h.fleet.Accounts() {
		names = append(names, one.Name)
	}
	require.Equal(t, []string{"bad", "broken", "demo"}, names)
	demo, bad, broken := h.fleet.Account("demo"), h.fleet.Account("bad"), h.fleet.Account("broken")
	require.Equal(t, "demo", demo.Name())
	require.NotNil(t, demo.Client())
	require.Equal(t, "wx1", demo.Config().AppID)
	require.Equal(t, []string{demo.Status().Build}, h.fleet.Held("demo"))
	require.Equal(t, demo.Program().Build().ID, demo.Status().Build)
	require.NotNil(t, broken.Config())
	require.Nil(t, broken.Program())
	require.Empty(t, h.fleet.Held("broken"))
	if bad != nil {
		require.Nil(t, bad.Config())
		require.Nil(t, bad.Client())
		require.Nil(t, bad.Program())
	}
	require.Empty(t, h.fleet.Held("bad"))
}

// TestJobsHaveLimitsOfTheirOwn, wider than those of a push.
func TestJobsHaveLimitsOfTheirOwn(t *testing.T) {
	h := jobHouse(t, `
local push = task("push", function() for i = 1, 25 do send.text("amy", "n" .. i) end end)
on.text("now", function() for i = 1, 25 do send.text("amy", "n" .. i) end end)
on.text(function() return after(0, push, nil, { id = "push" }) end)`)
	require.Equal(t, "push", h.say(h.text("bob", "1", "go")).seen())
	h.doJobs()
	require.Len(t, h.api.messages(), 25)
	h.say(h.text("bob", "2", "now"))
	require.Len(t, h.api.messages(), 25+20)
	h.until("the reports", func() bool { return len(h.turns) == 3 })
	require.ErrorContains(t, h.report(2).Err, "over the limit wechat_calls of 20 by 1")
}

// TestWhyAnAccountMayNotSend is said with the warning.
func TestWhyAnAccountMayNotSend(t *testing.T) {
	for _, tt := range []struct{ name, yaml, want string }{
		{"it is not verified", "kind: service\nverified: false\nlate: fetch", "verified: false"},
		{"a person's", "kind: subscription\nsubject: personal\nlate: fetch", "subject: personal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, _ := flowHouse(t, tt.yaml, `on.text("看", flow("look", function(c) c:say("一") c:say(reply.image("M")) end))`)
			require.Equal(t, "一", h.talk("amy", "看"))
			r := h.report(0)
			require.Equal(t, bot.Answered, r.Outcome)
			require.Equal(t, []string{"an image message waits for the fan to fetch it: the account may not send customer-service messages (" + tt.want + ")"}, r.Warnings)
		})
	}
}

// TestWhatATurnHoldsWhileItComputes: its share of the account's turns, also when it has come back from a wait.
func TestWhatATurnHoldsWhileItComputes(t *testing.T) {
	var h *house
	var mu sync.Mutex
	var turns []int
	looking := false
	h = newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() time.sleep("1s") return os.time() end)`}}, func(o *bot.Options) {
		now := o.Now
		o.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			if looking {
				turns = append(turns, bot.Turns(h.fleet, "demo"))
			}
			return now()
		}
	})
	d := h.deliver(h.text("amy", "1", "hi"))
	h.api.await(t, "sleep", 1)
	status := h.fleet.Account("demo").Status()
	require.Equal(t, []int{0, 1}, []int{status.Turns, status.Waiting})
	mu.Lock()
	looking = true
	mu.Unlock()
	h.api.let("sleep")
	h.wait("the answer", d.answered)
	mu.Lock()
	looking = false
	mu.Unlock()
	require.Contains(t, turns, 1)
	h.report(0)
	status = h.fleet.Account("demo").Status()
	require.Equal(t, []int{0, 0}, []int{status.Turns, status.Waiting})
}
