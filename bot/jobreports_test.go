package bot_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// jobsTold gathers what is told of runs of jobs.
type jobsTold struct {
	mu  sync.Mutex
	all []bot.JobReport
}

func (j *jobsTold) listen(o *bot.Options) {
	o.Events.Job = func(r bot.JobReport) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.all = append(j.all, r)
	}
}

func (j *jobsTold) take() (all []bot.JobReport) {
	j.mu.Lock()
	defer j.mu.Unlock()
	all, j.all = j.all, nil
	return all
}

// TestWhatIsToldOfJobs: each run once, with how late it began, and what did not run.
func TestWhatIsToldOfJobs(t *testing.T) {
	const script = `
local good = task("good", function(at) if at == "steps" then job.continue("last") end end)
local bad = task("bad", function() error("no luck") end)
local slow = task("slow", function() store.incr("n") time.sleep("1s") end)
on.text("good", function() return after("1m", good, nil, { id = "j" }) end)
on.text("steps", function() return after("1m", good, "steps", { id = "j" }) end)
on.text("bad", function() return after("1m", bad, nil, { id = "j" }) end)
on.text("again", function() return after("1m", bad, nil, { id = "j", retry = { times = 1, backoff = "1m" } }) end)
on.text("slow", function() return after("1m", slow, nil, { id = "j" }) end)
`
	report := func(name, result string, ran bool, late time.Duration) bot.JobReport {
		return bot.JobReport{Account: "demo", ID: "j", Kind: bot.Task, Name: name, Result: result, Ran: ran, Late: late}
	}
	for _, tt := range []struct {
		name, said string
		act        func(h *house)
		want       []bot.JobReport
	}{
		{"it is done", "good", func(h *house) { h.later(time.Minute) }, []bot.JobReport{report("good", store.ResultDone, true, 0)}},
		{"it is done late", "good", func(h *house) { h.later(3 * time.Minute) }, []bot.JobReport{report("good", store.ResultDone, true, 2*time.Minute)}},
		{"it goes on", "steps", func(h *house) { h.later(time.Minute) }, []bot.JobReport{report("good", bot.JobContinued, true, 0), report("good", store.ResultDone, true, 0)}},
		{"it fails", "bad", func(h *house) { h.later(time.Minute) }, []bot.JobReport{report("bad", store.ResultFailed, true, 0)}},
		{"it fails and is tried again", "again", func(h *house) { h.later(time.Minute); h.later(time.Minute) }, []bot.JobReport{report("bad", bot.JobRetried, true, 0), report("bad", store.ResultFailed, true, 0)}},
		{"it is cancelled before", "good", func(h *house) {
			_, err := h.fleet.CancelJob(h.t.Context(), "demo", "j", operator)
			require.NoError(h.t, err)
			h.later(time.Minute)
		}, nil},
		{"it is cancelled while it runs", "slow", func(h *house) {
			h.clock.Add(time.Minute)
			h.fleet.Stir()
			h.api.await(h.t, "sleep", 1)
			require.Equal(h.t, 1, h.fleet.JobsRunning())
			_, err := h.fleet.CancelJob(h.t.Context(), "demo", "j", operator)
			require.NoError(h.t, err)
			h.doJobs()
		}, []bot.JobReport{report("slow", string(store.JobCancelled), true, 0)}},
		{"the scripts have none any more", "good", func(h *house) {
			h.write("demo", files{"main.lua": `on.text("x")`})
			require.NoError(h.t, h.load("demo").Err)
			h.later(time.Minute)
		}, []bot.JobReport{report("good", string(store.JobDead), false, 0)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var told jobsTold
			h := jobHouse(t, script, told.listen)
			h.say(h.text("amy", "1", tt.said))
			tt.act(h)
			require.Equal(t, tt.want, told.take())
			require.Zero(t, h.fleet.JobsRunning())
		})
	}
}

// TestWhatIsToldOfTimesThatWereMissed, and of what a killed process has left.
func TestWhatIsToldOfTimesThatWereMissed(t *testing.T) {
	var told jobsTold
	h := jobHouse(t, `every("30 14 * * *", function() store.incr("runs") end, { name = "tick" })`, told.listen) // 13:00 in Berlin
	h.doJobs()
	h.close()
	h.clock.Add(150 * time.Minute)
	h.open()
	h.until("the load", func() bool { return len(h.saves) == 2 })
	h.doJobs()
	require.Equal(t, []bot.JobReport{{Account: "demo", ID: "every:tick", Kind: bot.Every, Name: "tick", Result: store.ResultMissed}}, told.take())
	require.Equal(t, []time.Time{noon.Add(1530 * time.Minute), noon.Add(2970 * time.Minute)}, utc(h.fleet.NextTimes("demo", "tick", 2)))
	require.Nil(t, h.fleet.NextTimes("demo", "tock", 2))
	require.Contains(t, bot.JobResults(), store.ResultMissed)
	require.Contains(t, bot.JobResults(), string(store.JobDead))

	_, err := h.fleet.HoldJobs(t.Context(), "demo", operator)
	require.NoError(t, err)
	h.later(23*time.Hour + 30*time.Minute)
	require.Empty(t, told.take())
	changed, err := h.fleet.ResumeJobs(t.Context(), "demo", operator)
	require.NoError(t, err)
	require.True(t, changed)
	h.doJobs()
	require.Equal(t, "1", h.keeps("runs"), "it is asked for at once")
	changed, err = h.fleet.ResumeJobs(t.Context(), "demo", operator)
	require.NoError(t, err)
	require.False(t, changed)
}

func utc(times []time.Time) (all []time.Time) {
	for _, at := range times {
		all = append(all, at.UTC())
	}
	return all
}

// TestJobsOfAnotherProcess are cancelled from here, and done from here when it is gone.
func TestJobsOfAnotherProcess(t *testing.T) {
	h := jobHouse(t, `
local slow = task("slow", function() store.incr("begun") time.sleep("1s") store.incr("ended") end)
local quick = task("quick", function() send.text("amy", "here") end)
on.text("slow", function() return after(0, slow, nil, { id = "slow" }) end)
on.text("quick", function() return after("1m", quick, nil, { id = "quick" }) end)`)
	require.Equal(t, "slow", h.say(h.text("amy", "1", "slow")).seen())
	h.api.await(t, "sleep", 1)
	twin := h.twin()
	_, err := twin.fleet.CancelJob(t.Context(), "demo", "slow", operator)
	require.NoError(t, err)
	require.Equal(t, store.JobRunning, h.job("slow").State)
	h.doJobs()
	h.until("it is stopped", func() bool { return h.job("slow").State == store.JobCancelled })
	require.Empty(t, h.keeps("ended"))

	require.Equal(t, "quick", twin.say(twin.text("bob", "2", "quick")).seen())
	twin.close()
	h.later(time.Minute)
	h.until("it is done", func() bool { return len(h.api.messages()) == 1 })
	require.Equal(t, []message{{"amy", "text", "here"}}, h.api.messages())
}
