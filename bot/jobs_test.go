package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

const jobYAML = "kind: service\ntimezone: Europe/Berlin\nlimits: { script_time: 5m, total_time: 5m, job_time: 5m }"

func jobHouse(t *testing.T, main string, change ...func(*bot.Options)) *house {
	return newHouse(t, map[string]files{"demo": {"main.lua": main, "account.yaml": jobYAML}}, change...)
}

// later moves the clock and does what is due then.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	h.clock.Add(d)
	h.doJobs()
}

func (h *house) doJobs() {
	h.t.Helper()
	h.fleet.LookForJobs(h.t.Context())
}

func (h *house) job(id string) store.Job {
	h.t.Helper()
	j, found, err := h.store.Job(h.t.Context(), "demo", id)
	require.NoError(h.t, err)
	require.True(h.t, found, "there is no job %s", id)
	return j
}

// kept is what scripts keep under a key.
func (h *house) keeps(key string) string {
	h.t.Helper()
	v, _, err := h.store.Turn(store.TurnKey{Account: "demo", At: h.clock.Now(), Unclaimed: true}).Get(h.t.Context(), key)
	require.NoError(h.t, err)
	return string(v)
}

const remindScript = `
local remind = task("remind", function(args)
  send.text(args.openid, "tea " .. job.id .. " " .. job.due .. " " .. job.attempt)
end)
on.text("cancel", function() return tostring(cancel("mine")) end)
on.text("mine", function(msg) return after("10m", remind, { openid = msg.openid }, { id = "mine" }) end)
on.text(function(msg) return after(msg.content, remind, { openid = msg.openid }) end)
`

func TestATaskIsDoneAfterItsTime(t *testing.T) {
	h := jobHouse(t, remindScript)
	id := h.say(h.text("amy", "1", "10m")).seen()
	h.say(h.text("bob", "2", "mine"))
	h.say(h.text("bob", "3", "mine"))
	h.later(10*time.Minute - time.Second)
	require.Empty(t, h.api.messages())
	h.later(time.Second)
	due := fmt.Sprint(noon.Add(10 * time.Minute).Unix())
	require.ElementsMatch(t, []message{{"amy", "text", "tea " + id + " " + due + " 1"}, {"bob", "text", "tea mine " + due + " 1"}}, h.api.messages())
	j := h.job(id)
	require.Equal(t, store.JobDone, j.State)
	require.Equal(t, store.ResultDone, j.Result)
	h.later(time.Hour)
	require.Len(t, h.api.messages(), 2, "once")

	h.until("the reports", func() bool { return len(h.turns) == 5 })
	r := h.report(3)
	require.Equal(t, bot.Task, r.MsgType)
	require.Equal(t, "remind", r.EventKey)
	require.Equal(t, `main.lua:2 task("remind")`, r.Rule)
	require.Equal(t, bot.Acknowledged, r.Outcome)
	require.Len(t, r.Sent, 1)

	h.say(h.text("bob", "4", "mine"))
	require.Equal(t, "true", h.say(h.text("bob", "5", "cancel")).seen())
	h.later(time.Hour)
	require.Len(t, h.api.messages(), 2, "cancelled")
}

// A restart loses nothing that is due, and what came due meanwhile is done late.
func TestTasksSurviveARestart(t *testing.T) {
	h := jobHouse(t, remindScript)
	h.say(h.text("amy", "1", "10m"))
	h.close()
	h.clock.Add(3 * time.Hour)
	h.open()
	h.until("the load", func() bool { return len(h.saves) == 2 })
	h.doJobs()
	require.Len(t, h.api.messages(), 1)
}

func TestATaskThatFailsIsTriedAgain(t *testing.T) {
	h := jobHouse(t, `
local flaky = task("flaky", function(args)
  store.incr("tries")
  if job.attempt <= args then error("no luck") end
end)
on.text(function(msg)
  local n = tonumber(msg.content)
  return after(0, flaky, n, { id = "f" .. n, retry = n > 0 and { times = 2, backoff = "1m" } or nil })
end)`)
	h.say(h.text("amy", "1", "2"))
	h.doJobs()
	require.Equal(t, "1", h.keeps("tries"))
	j := h.job("f2")
	require.Equal(t, store.JobDue, j.State)
	require.Contains(t, j.Error, "main.lua:4: no luck")
	h.later(59 * time.Second)
	require.Equal(t, "1", h.keeps("tries"))
	h.later(time.Second)
	require.Equal(t, "2", h.keeps("tries"))
	h.later(time.Minute)
	require.Equal(t, "2", h.keeps("tries"), "the second wait is twice as long")
	h.later(time.Minute)
	require.Equal(t, "3", h.keeps("tries"))
	require.Equal(t, store.JobDone, h.job("f2").State)

	h.say(h.text("amy", "2", "9"))
	h.doJobs()
	h.later(time.Minute)
	h.later(2 * time.Minute)
	h.later(time.Hour)
	require.Equal(t, "6", h.keeps("tries"))
	require.Equal(t, store.JobFailed, h.job("f9").State)
	r := h.report(len(h.turns) - 1)
	require.Contains(t, r.Box, `job of task("flaky")`)
}

const tickScript = `
every("*/10 * * * *", function(at)
  store.incr("runs")
  store.set("last", job.due)
end, { name = "tick" })`

func (h *house) ran() (runs string, last string) { return h.keeps("runs"), h.keeps("last") }

// A time that was missed is made up once, and only for an hour.
func TestAnEveryMakesUpWhatItMissed(t *testing.T) {
	tests := []struct {
		name string
		away time.Duration
		runs string
		last time.Duration // after noon
	}{
		{"none", 9 * time.Minute, "", 0},
		{"one", 11 * time.Minute, "1", 10 * time.Minute},
		{"several count once", 45 * time.Minute, "1", 40 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := jobHouse(t, tickScript)
			h.doJobs()
			h.close()
			h.clock.Add(tt.away)
			h.open()
			h.until("the load", func() bool { return len(h.saves) == 2 })
			h.doJobs()
			runs, last := h.ran()
			require.Equal(t, tt.runs, runs)
			if runs != "" {
				require.Equal(t, fmt.Sprint(noon.Add(tt.last).Unix()), last)
			}
		})
	}
	t.Run("too old", func(t *testing.T) {
		h := jobHouse(t, `every("30 14 * * *", function() store.incr("runs") end, { name = "tick" })`) // 13:00 in Berlin
		h.doJobs()
		h.close()
		h.clock.Add(90*time.Minute + time.Hour)
		h.open()
		h.until("the load", func() bool { return len(h.saves) == 2 })
		h.doJobs()
		require.Empty(t, h.keeps("runs"))
		j := h.job("every:tick")
		require.Equal(t, store.ResultMissed, j.Result)
		require.True(t, j.Due.Equal(noon.Add(24*time.Hour+90*time.Minute)), "%s", j.Due)
		h.later(23*time.Hour + 59*time.Minute)
		require.Equal(t, "1", h.keeps("runs"))
	})
}

// Long work goes on in steps; a restart between two of them loses none, and the next time of its every begins anew.
func TestAJobGoesOnInSteps(t *testing.T) {
	h := jobHouse(t, `every("0 15 * * *", function(at)
  at = at or 1
  store.incr("step " .. at)
  if at == 3 then time.sleep("1s") end
  if at < 5 then job.continue(at + 1) end
end, { name = "push" })`)
	h.doJobs()
	h.clock.Add(2 * time.Hour)
	h.fleet.Stir()
	h.api.await(t, "sleep", 1)
	require.Equal(t, store.JobRunning, h.job("every:push").State)
	require.Equal(t, "3", string(h.job("every:push").Args))
	h.api.let("sleep")
	h.doJobs()
	for at := 1; at <= 5; at++ {
		require.Equal(t, "1", h.keeps(fmt.Sprint("step ", at)))
	}
	j := h.job("every:push")
	require.Equal(t, store.JobDue, j.State)
	require.Nil(t, j.Args)
	require.True(t, j.Due.Equal(noon.Add(26*time.Hour)), "%s", j.Due)
	h.api.letAll()
	h.later(24 * time.Hour)
	require.Equal(t, "2", h.keeps("step 5"))
}

// A job that the process's end cuts off has failed if it had changed something, and runs again if it had not.
func TestAJobThatIsCutOff(t *testing.T) {
	tests := []struct {
		name, before string
		retry        string
		state        store.JobState
		begun        string
	}{
		{"before it has changed anything", ``, "nil", store.JobDone, "1"},
		{"in the middle", `store.incr("begun")`, "nil", store.JobDone, "1"},
		{"in the middle, and it may be tried again", `store.incr("begun")`, `{ times = 1, backoff = "1s" }`, store.JobDone, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := jobHouse(t, `local slow = task("slow", function()
  `+tt.before+`
  time.sleep("1s")
  `+map[bool]string{true: `store.incr("begun")`}[tt.before == ""]+`
end)
on.text(function() return after(0, slow, nil, { id = "slow", retry = `+tt.retry+` }) end)`)
			h.say(h.text("amy", "1", "go"))
			h.api.await(t, "sleep", 1)
			h.kill()
			h.api.letAll()
			h.open()
			h.until("the load", func() bool { return len(h.saves) == 2 })
			h.doJobs()
			h.later(time.Second)
			j := h.job("slow")
			require.Equal(t, tt.state, j.State)
			require.Zero(t, j.Attempt)
			require.Equal(t, tt.begun, h.keeps("begun"))
		})
	}
}

// An account that does not serve runs no jobs; they wait.
func TestJobsSleepWithTheirAccount(t *testing.T) {
	h := jobHouse(t, remindScript)
	h.say(h.text("amy", "1", "10m"))
	by := store.Actor{Kind: store.ActorCLI, Name: "test"}
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", by))
	h.later(time.Hour)
	require.Empty(t, h.api.messages())
	require.NoError(t, h.fleet.Enable(t.Context(), "demo", by))
	h.later(bot.JobsAgain)
	require.Len(t, h.api.messages(), 1)

	h.say(h.text("amy", "2", "20m"))
	require.NoError(t, os.Rename(filepath.Join(h.dir, "demo"), filepath.Join(filepath.Dir(h.dir), "away")))
	h.until("the account is gone", func() bool { return h.fleet.Account("demo") == nil })
	h.later(time.Hour)
	require.Len(t, h.api.messages(), 1, "gone")
	saves := len(h.saves)
	require.NoError(t, os.Rename(filepath.Join(filepath.Dir(h.dir), "away"), filepath.Join(h.dir, "demo")))
	h.until("it is back", func() bool { return len(h.saves) > saves })
	h.doJobs()
	require.Len(t, h.api.messages(), 2)

	h.say(h.text("amy", "3", "20m"))
	_, err := h.store.HoldJobs(t.Context(), "", by)
	require.NoError(t, err)
	h.later(time.Hour)
	require.Len(t, h.api.messages(), 2, "held")
	_, err = h.store.FreeJobs(t.Context(), "", by)
	require.NoError(t, err)
	h.later(bot.JobsAgain)
	require.Len(t, h.api.messages(), 3)
}

// A job whose task the live build lacks is dead, can be seen, and can be done once the task is back.
func TestAJobWithoutItsTaskIsDead(t *testing.T) {
	h := jobHouse(t, remindScript)
	id := h.say(h.text("amy", "1", "10m")).seen()
	h.write("demo", files{"main.lua": `on.text("x")`})
	h.until("the save", func() bool { return len(h.saves) == 2 })
	h.later(10 * time.Minute)
	j := h.job(id)
	require.Equal(t, store.JobDead, j.State)
	require.Equal(t, `the scripts have no task("remind")`, j.Error)
	h.write("demo", files{"main.lua": remindScript})
	h.until("the next save", func() bool { return len(h.saves) == 3 })
	h.later(time.Minute)
	require.Empty(t, h.api.messages())
	_, err := h.fleet.RunJob(t.Context(), "demo", id, store.Actor{Kind: store.ActorCLI})
	require.NoError(t, err)
	h.doJobs()
	require.Len(t, h.api.messages(), 1)
}

// A job that never ends is stopped, like every turn, and so is one that an operator cancels.
func TestAJobThatNeverEnds(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `
local busy = task("busy", function() while true do end end)
local idle = task("idle", function() store.incr("begun") time.sleep("50s") store.incr("ended") job.continue() end)
on.text("busy", function() return after(0, busy, nil, { id = "busy" }) end)
on.text("idle", function() return after(0, idle, nil, { id = "idle" }) end)`, "account.yaml": "kind: service\nlimits: { instructions: 100_000 }"}})
	h.say(h.text("amy", "1", "busy"))
	h.doJobs()
	j := h.job("busy")
	require.Equal(t, store.JobFailed, j.State)
	require.Contains(t, j.Error, "instructions")

	h.say(h.text("amy", "2", "idle"))
	h.api.await(t, "sleep", 1)
	_, err := h.fleet.CancelJob(t.Context(), "demo", "idle", store.Actor{Kind: store.ActorCLI})
	require.NoError(t, err)
	h.doJobs()
	require.Equal(t, store.JobCancelled, h.job("idle").State)
	require.Empty(t, h.keeps("ended"))
}
