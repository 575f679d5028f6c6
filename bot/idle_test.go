package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestIdle is when nothing is under way and nothing is due, and NextDue when that will change.
func TestIdle(t *testing.T) {
	h, dues := flowHouse(t, pushesYAML, orderScript+`
local remind = task("remind", function() time.sleep("1s") end)
on.text("later", function() after("10m", remind) return "ok" end)
on.text("sleep", function() time.sleep("1s") return "slept" end)`)
	idle := func() bool {
		idle, err := h.fleet.Idle(t.Context())
		require.NoError(t, err)
		return idle
	}
	next := func() time.Time {
		due, err := h.fleet.NextDue(t.Context())
		require.NoError(t, err)
		return due
	}
	h.until("idle", idle)
	require.True(t, next().IsZero())

	d := h.deliver(h.text("amy", "9001", "sleep"))
	h.api.await(t, "sleep", 1)
	require.False(t, idle(), "a script sleeps")
	h.api.let("sleep")
	h.wait("the answer", d.answered)
	h.until("idle", idle)

	require.Equal(t, "ok", h.talk("amy", "later"))
	h.talk("carol", "下单") // two hours
	h.talk("bob", "下单", "茶")
	h.until("idle", idle)
	require.Equal(t, noon.Add(10*time.Minute).Unix(), next().Unix())
	h.clock.Add(10 * time.Minute)
	require.False(t, idle(), "a job is due")
	h.api.letAll()
	h.doJobs()
	h.until("idle", idle)
	require.Equal(t, noon.Add(30*time.Minute).Unix(), next().Unix(), "the question's time")
	h.clock.Add(20 * time.Minute)
	require.False(t, idle(), "a conversation is due")
	h.lookAtDue(dues, 0)
	h.until("idle", idle)
}

// TestUntaken answers wait for WeChat's next attempt.
func TestUntaken(t *testing.T) {
	h := sharedHouse(t, "kind: service\nlate: join")
	require.False(t, h.fleet.Untaken())
	d := h.deliver(h.text("amy", "1", "sleep"))
	h.api.await(t, "sleep", 1)
	require.False(t, h.fleet.Untaken(), "it runs")
	d.hangUp()
	h.api.let("sleep")
	h.until("the answer waits", h.fleet.Untaken)
	h.pass(time.Minute)
	h.until("it has been given up", func() bool { return !h.fleet.Untaken() })
}
