package bot_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// recipe is what the guide says of a push to many fans.
func recipe(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/scripts.md")
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)### A push to many fans.*?```lua\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, found)
	return string(found[1])
}

// The push of the guide reaches every fan once, though its process ends in the middle of a step.
func TestThePushOfTheGuide(t *testing.T) {
	const fans = 250
	h := jobHouse(t, recipe(t))
	h.api.letAll()
	for i := range fans {
		h.say(h.event(fmt.Sprintf("fan%03d", i), "subscribe", ""))
	}
	sent := func() map[string]int {
		n := map[string]int{}
		for _, m := range h.api.messages() {
			n[m.To]++
		}
		return n
	}
	h.clock.Add(20 * time.Hour) // nine in Berlin
	h.fleet.Stir()
	h.until("the push is under way", func() bool { return len(h.api.messages()) > 120 })
	h.kill()
	h.open()
	h.until("the load", func() bool { return len(h.saves) == 2 })
	h.doJobs()
	h.later(time.Minute) // what was cut off is tried again
	require.Equal(t, store.JobDone, h.job("push").State)
	lost := 0
	for i := range fans {
		switch n := sent()[fmt.Sprintf("fan%03d", i)]; n {
		case 0:
			lost++
		default:
			require.Equal(t, 1, n, i)
		}
	}
	require.LessOrEqual(t, lost, 1, "but for the one at whom the process ended")
}

// 100,000 jobs that wait, and some that are slow, hold up no push: the jobs of one account never take all its turns.
func TestPushesGoBeforeJobs(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `
local slow = task("slow", function() time.sleep("50s") end)
on.text("slow", function(msg) for i = 1, 100 do after(0, slow) end return "put" end)
on.text("hi", "ho")`, "account.yaml": "kind: service\nlimits: { turns: 8, script_time: 5m, total_time: 5m, job_time: 5m }"}})
	turn := h.store.Turn(store.TurnKey{Account: "demo", At: h.clock.Now(), Unclaimed: true})
	n := store.MaxJobs - 100
	if testing.Short() {
		n = 1000
	}
	for i := range n {
		require.NoError(t, turn.PutJob(t.Context(), store.Job{ID: fmt.Sprint("w", i), Kind: store.JobTask, Name: "slow", Due: h.clock.Now().Add(time.Hour)}))
	}
	require.NoError(t, turn.Finish(t.Context(), store.Result{}))
	hear := func(from, n int) time.Duration {
		began := time.Now()
		for i := range n {
			require.Equal(t, "ho", h.say(h.text("amy", fmt.Sprint(from+i), "hi")).seen())
		}
		return time.Since(began) / time.Duration(n)
	}
	quiet := hear(1000, 200)
	require.Equal(t, "put", h.say(h.text("bob", "1", "slow")).seen())
	h.api.await(t, "sleep", 2)
	require.Equal(t, 2, h.fleet.JobsRunning(), "a quarter of the turns")
	busy := hear(2000, 200)
	t.Logf("a push takes %s, beside jobs that run and %d that wait %s", quiet, n, busy)
	require.Equal(t, 2, h.api.began["sleep"])
	h.api.letAll()
}

// Accounts take turns: one with many jobs does not hold up another's.
func TestAccountsTakeTurnsWithTheirJobs(t *testing.T) {
	main := `
local work = task("work", function() time.sleep("1s") end)
on.text(function(msg) for i = 1, tonumber(msg.content) do after(0, work) end return "put" end)`
	accounts := map[string]files{}
	for i := range 20 {
		accounts[fmt.Sprintf("many%02d", i)] = files{"main.lua": main, "account.yaml": jobYAML}
	}
	accounts["few"] = files{"main.lua": main, "account.yaml": jobYAML}
	h := newHouse(t, accounts)
	for i := range 15 {
		name := fmt.Sprintf("many%02d", i)
		h.say(h.put(name, 30))
	}
	h.api.await(t, "sleep", 60) // fifteen have four each
	h.say(h.put("few", 1))
	h.api.await(t, "sleep", 61)
	h.api.letAll()
	h.doJobs()
	n, err := h.store.JobCounts(t.Context(), "few")
	require.NoError(t, err)
	require.Equal(t, store.JobCounts{Over: 1}, n)
	require.Equal(t, 15*30+1, h.api.began["sleep"])
	failed, err := h.store.Jobs(t.Context(), store.JobFilter{State: store.JobFailed})
	require.NoError(t, err)
	require.Empty(t, failed)
}

// put is a message to an account that has it do so many jobs.
func (h *house) put(account string, jobs int) push {
	p := h.text("amy", account, fmt.Sprint(jobs))
	p.account = account
	return p
}
