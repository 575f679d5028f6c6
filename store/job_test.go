package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// put has a job done later, in a turn of its own.
func put(t testing.TB, s *store.Store, c *clock, j store.Job) {
	t.Helper()
	turn := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true})
	j.Kind = store.JobTask
	require.NoError(t, turn.PutJob(context.Background(), j))
	require.NoError(t, turn.Finish(context.Background(), store.Result{}))
}

func cancelled(t testing.TB, s *store.Store, c *clock, id string) bool {
	t.Helper()
	turn := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true})
	was, err := turn.CancelJob(context.Background(), id)
	require.NoError(t, err)
	require.NoError(t, turn.Finish(context.Background(), store.Result{}))
	return was
}

func take(t testing.TB, s *store.Store) store.Taken {
	t.Helper()
	taken, err := s.TakeJob(context.Background(), "demo", s.NewRun())
	require.NoError(t, err)
	return taken
}

func jobOf(t testing.TB, s *store.Store, id string) store.Job {
	t.Helper()
	j, found, err := s.Job(context.Background(), "demo", id)
	require.NoError(t, err)
	require.True(t, found)
	return j
}

// always says that.
func always(e store.JobEnd) func(store.Job) store.JobEnd {
	return func(store.Job) store.JobEnd { return e }
}

func open(t testing.TB, s *store.Store) (open, over int64) {
	t.Helper()
	n, err := s.JobCounts(context.Background(), "demo")
	require.NoError(t, err)
	return n.Open, n.Over
}

func TestAJobFromPutToDone(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		require.Nil(t, take(t, s).Job)
		due := c.Now().Add(10 * time.Minute)
		put(t, s, c, store.Job{ID: "b", Name: "remind", Due: due.Add(time.Minute)})
		put(t, s, c, store.Job{ID: "a", Name: "remind", Due: due, Args: []byte(`{"n":1}`), Build: "3f9c12ab"})
		early := take(t, s)
		require.Nil(t, early.Job)
		require.True(t, early.Next.Equal(due), "when the first is due")

		c.Move(10 * time.Minute)
		got := take(t, s)
		require.Equal(t, "a", got.Job.ID)
		require.Equal(t, `{"n":1}`, string(got.Job.Args))
		require.Equal(t, "3f9c12ab", got.Job.Build)
		require.True(t, got.Next.Equal(due.Add(time.Minute)))
		require.Nil(t, take(t, s).Job, "it runs")
		require.Equal(t, store.JobRunning, jobOf(t, s, "a").State)
		open1, over := open(t, s)
		require.Equal(t, []int64{2, 0}, []int64{open1, over})

		require.NoError(t, s.EndJob(ctx, *got.Job, always(store.JobEnd{State: store.JobDone, Result: store.ResultDone, Trace: "t"})))
		done := jobOf(t, s, "a")
		require.Equal(t, store.JobDone, done.State)
		require.Equal(t, "t", done.Trace)
		require.True(t, done.EndedAt.Equal(c.Now()))
		require.ErrorIs(t, s.EndJob(ctx, *got.Job, always(store.JobEnd{State: store.JobDone})), store.ErrClaimed, "it is over")
		open1, over = open(t, s)
		require.Equal(t, []int64{1, 1}, []int64{open1, over})

		c.Move(store.KeepDone)
		p, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 1, p.Jobs)
		open1, over = open(t, s)
		require.Equal(t, []int64{1, 0}, []int64{open1, over})
	})
}

// What a turn writes and what becomes of its job is one commit; another one that has the job now lets it write nothing.
func TestTheTurnOfAJob(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		put(t, s, c, store.Job{ID: "a", Name: "x", Due: c.Now()})
		j := take(t, s).Job
		turn := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true, Job: j})
		_, err := turn.Incr(ctx, "n", 1)
		require.NoError(t, err)
		require.NoError(t, turn.Finish(ctx, store.Result{Job: func(now store.Job) store.JobEnd {
			require.True(t, now.Acted)
			return store.JobEnd{State: store.JobDue, Due: c.Now(), Args: []byte(`7`), Step: now.Step + 1, Result: store.ResultDone}
		}}))
		again := take(t, s).Job
		require.Equal(t, 1, again.Step)
		require.Equal(t, "7", string(again.Args))
		require.False(t, again.Acted)

		idle := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true, Job: again})
		require.NoError(t, s.EndJob(ctx, *again, always(store.JobEnd{State: store.JobDone})))
		_, err = idle.Incr(ctx, "n", 1)
		require.ErrorIs(t, err, store.ErrClaimed)
		require.ErrorIs(t, idle.Claim(ctx), store.ErrClaimed)
		require.ErrorIs(t, idle.Finish(ctx, store.Result{Job: always(store.JobEnd{State: store.JobDone})}), store.ErrClaimed)
	})
}

func TestTheSameIDTakesItsPlace(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		put(t, s, c, store.Job{ID: "a", Name: "x", Due: c.Now(), Args: []byte(`1`)})
		put(t, s, c, store.Job{ID: "a", Name: "y", Due: c.Now().Add(time.Second), Args: []byte(`2`)})
		require.Nil(t, take(t, s).Job)
		c.Move(time.Second)
		j := take(t, s).Job
		require.Equal(t, "y", j.Name)

		put(t, s, c, store.Job{ID: "a", Name: "z", Due: c.Now().Add(time.Minute), Args: []byte(`3`)}) // while it runs
		require.Equal(t, store.JobRunning, jobOf(t, s, "a").State)
		require.Nil(t, take(t, s).Job, "none of that id runs beside it")
		require.NoError(t, s.EndJob(ctx, *j, always(store.JobEnd{State: store.JobDue, Due: c.Now(), Args: []byte(`9`), Step: 1})))
		now := jobOf(t, s, "a")
		require.Equal(t, store.JobDue, now.State)
		require.Equal(t, "z", now.Name)
		require.Equal(t, "3", string(now.Args))
		require.Zero(t, now.Step)
		require.True(t, now.Due.Equal(c.Now().Add(time.Minute)))
		n, over := open(t, s)
		require.Equal(t, []int64{1, 0}, []int64{n, over})

		require.True(t, cancelled(t, s, c, "a"))
		require.False(t, cancelled(t, s, c, "a"), "it is over")
		require.False(t, cancelled(t, s, c, "b"))
		put(t, s, c, store.Job{ID: "a", Name: "x", Due: c.Now()}) // one that is over may come again
		j = take(t, s).Job
		require.True(t, cancelled(t, s, c, "a"))
		require.False(t, cancelled(t, s, c, "a"))
		require.NoError(t, s.EndJob(ctx, *j, always(store.JobEnd{State: store.JobDue, Due: c.Now(), Step: 1, Result: store.ResultDone})))
		require.Equal(t, store.JobCancelled, jobOf(t, s, "a").State, "nothing comes after it")
	})
}

// What a process leaves that has died is taken up once, in whichever state it was.
func TestJobsOfDeadProcessesAreTakenUp(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		serve(t, s, newRunner())
		for _, id := range []string{"acted", "idle", "mine"} {
			put(t, s, c, store.Job{ID: id, Name: id, Due: c.Now()})
			c.Move(time.Millisecond)
		}
		other := b.open(t)
		serve(t, other, newRunner())
		acted, idle := take(t, other).Job, take(t, other).Job
		require.Equal(t, "acted", acted.ID)
		turn := other.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true, Job: acted})
		require.NoError(t, turn.Claim(ctx))
		mine := take(t, s).Job

		end := func(j store.Job) store.JobEnd {
			if j.Acted {
				return store.JobEnd{State: store.JobFailed, Result: store.ResultInterrupted}
			}
			return store.JobEnd{State: store.JobDue, Due: j.Due}
		}
		runs := func(run int64) bool { return run == mine.Run() }
		ended, err := s.TakeUpJobs(ctx, runs, end)
		require.NoError(t, err)
		require.Empty(t, ended, "it lives")
		require.NoError(t, other.Close())
		ended, err = s.TakeUpJobs(ctx, runs, end)
		require.NoError(t, err)
		require.Len(t, ended, 2)
		require.Equal(t, store.JobFailed, jobOf(t, s, "acted").State)
		require.Equal(t, store.JobDue, jobOf(t, s, idle.ID).State)
		require.Equal(t, store.JobRunning, jobOf(t, s, "mine").State)

		ended, err = s.TakeUpJobs(ctx, func(int64) bool { return false }, end) // its end could not be written
		require.NoError(t, err)
		require.Len(t, ended, 1)
		require.Equal(t, store.JobDue, jobOf(t, s, "mine").State)
	})
}

func TestSyncEvery(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		sync := func(all ...store.Every) []string {
			early, err := s.SyncEvery(ctx, "demo", "3f9c12ab", all)
			require.NoError(t, err)
			return early
		}
		row := func(name string) store.Job { return jobOf(t, s, store.EveryPrefix+name) }
		next := func(d time.Duration) time.Time { return c.Now().Add(d) }
		first := next(time.Hour)
		require.Empty(t, sync(store.Every{Name: "a", Spec: "UTC 0 9 * * *", Next: first}, store.Every{Name: "b", Spec: "UTC @daily", Next: first}))
		require.True(t, row("a").Due.Equal(first))

		c.Move(time.Minute)
		commits := s.Stats().Commits
		sync(store.Every{Name: "a", Spec: "UTC 0 9 * * *", Next: next(time.Hour)}, store.Every{Name: "b", Spec: "UTC @daily", Next: next(time.Hour)})
		require.Equal(t, commits, s.Stats().Commits, "what is as it should be is not written")
		require.True(t, row("a").Due.Equal(first), "one that waits keeps its time")

		sync(store.Every{Name: "a", Spec: "UTC 5 9 * * *", Next: next(2 * time.Hour)})
		require.True(t, row("a").Due.Equal(next(2*time.Hour)), "another cron is another time")
		require.Equal(t, store.JobDead, row("b").State)
		n, over := open(t, s)
		require.Equal(t, []int64{1, 1}, []int64{n, over})

		sync(store.Every{Name: "a", Spec: "UTC 5 9 * * *", Next: next(2 * time.Hour)}, store.Every{Name: "b", Spec: "UTC @daily", Next: next(time.Hour)})
		require.Equal(t, store.JobDue, row("b").State, "it is back")

		c.Move(-3 * 24 * time.Hour) // the clock was wrong before
		require.Equal(t, []string{"a"}, sync(store.Every{Name: "a", Spec: "UTC 5 9 * * *", Next: next(time.Hour)}))
		require.True(t, row("a").Due.Equal(next(time.Hour)))
		c.Move(-10 * time.Minute) // by so little nothing runs twice
		require.Empty(t, sync(store.Every{Name: "a", Spec: "UTC 5 9 * * *", Next: next(5 * time.Minute)}))
		require.True(t, row("a").Due.Equal(next(70*time.Minute)))
		require.Empty(t, sync(store.Every{Name: "a", Spec: "UTC 5 9 * * *", Next: next(5 * time.Minute)}), "it is said once")
		c.Move(80 * time.Minute)
		run := take(t, s).Job
		require.NoError(t, s.EndJob(ctx, *run, always(store.JobEnd{State: store.JobDue, Due: next(7 * 24 * time.Hour), Result: store.ResultDone})))
		c.Move(-20 * time.Minute) // it has run, whenever it is due next
		require.Empty(t, sync(store.Every{Name: "a", Spec: "UTC 5 9 * * *", Next: next(10 * time.Minute)}))
		require.True(t, row("a").Due.Equal(next(7*24*time.Hour+20*time.Minute)))
	})
}

func TestWhatOperatorsDoWithJobs(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		put(t, s, c, store.Job{ID: "a", Name: "x", Due: c.Now().Add(time.Hour)})
		_, err := s.AskForJob(ctx, "demo", "nosuch", operator)
		require.ErrorIs(t, err, store.ErrNoJob)
		j, err := s.AskForJob(ctx, "demo", "a", operator)
		require.NoError(t, err)
		require.True(t, j.Due.Equal(c.Now()))
		require.True(t, j.Asked)
		run := take(t, s).Job
		_, err = s.AskForJob(ctx, "demo", "a", operator)
		require.ErrorIs(t, err, store.ErrJobRuns)
		j, err = s.StopJob(ctx, "demo", "a", operator)
		require.NoError(t, err)
		require.Equal(t, store.JobRunning, j.State)
		require.Equal(t, store.JobCancelled, j.Next)
		require.Equal(t, run.Run(), j.Run())
		runs, err := s.CancelledRuns(ctx)
		require.NoError(t, err)
		require.Equal(t, []int64{run.Run()}, runs)
		require.NoError(t, s.EndJob(ctx, *run, always(store.JobEnd{State: store.JobDone, Result: store.ResultDone})))
		require.Equal(t, store.JobCancelled, jobOf(t, s, "a").State)
		_, err = s.StopJob(ctx, "demo", "a", operator)
		require.ErrorIs(t, err, store.ErrJobOver)
		_, err = s.SyncEvery(ctx, "demo", "b", []store.Every{{Name: "e", Spec: "s", Next: c.Now().Add(time.Hour)}})
		require.NoError(t, err)
		_, err = s.StopJob(ctx, "demo", "every:e", operator)
		require.ErrorIs(t, err, store.ErrEveryStays)
		_, err = s.AskForJob(ctx, "demo", "a", operator)
		require.NoError(t, err, "what is over may be done again")

		log, err := s.AuditLog(ctx, store.AuditFilter{Account: "demo"})
		require.NoError(t, err)
		require.Equal(t, []string{"job.run", "job.cancel", "job.run"}, acts(log))
	})
}

func TestHeldJobsDoNotBegin(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		put(t, s, c, store.Job{ID: "a", Name: "x", Due: c.Now()})
		for _, account := range []string{"", "demo"} {
			changed, err := s.HoldJobs(ctx, account, operator)
			require.NoError(t, err)
			require.True(t, changed)
			got := take(t, s)
			require.True(t, got.Held)
			require.Nil(t, got.Job)
			holds, err := s.Holds(ctx)
			require.NoError(t, err)
			require.Len(t, holds, 1)
			changed, err = s.FreeJobs(ctx, account, operator)
			require.NoError(t, err)
			require.True(t, changed)
		}
		_, err := s.HoldJobs(ctx, "other", operator)
		require.NoError(t, err)
		require.NotNil(t, take(t, s).Job)
	})
}

// However many jobs wait, and in however many accounts, the first of one is found by the index; and there is an end to
// how many there may be.
func TestAsManyJobsAsThereMayBe(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100,000 rows")
	}
	c := newClock()
	b := sqliteBackend(t, c.Now)
	ctx, s := context.Background(), b.open(t)
	turn := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true})
	for i := range store.MaxJobs {
		require.NoError(t, turn.PutJob(ctx, store.Job{ID: fmt.Sprint("j", i), Kind: store.JobTask, Name: "x", Due: c.Now().Add(time.Duration(i) * time.Second)}))
	}
	require.NoError(t, turn.Finish(ctx, store.Result{}))
	full := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true})
	require.ErrorIs(t, full.PutJob(ctx, store.Job{ID: "one more", Kind: store.JobTask, Name: "x", Due: c.Now()}), store.ErrJobsFull)
	require.NoError(t, full.PutJob(ctx, store.Job{ID: "j7", Kind: store.JobTask, Name: "x", Due: c.Now()}), "in place of another")
	n, _ := open(t, s)
	require.EqualValues(t, store.MaxJobs, n)
	heads, err := s.JobHeads(ctx)
	require.NoError(t, err)
	require.Len(t, heads, 1)
	require.True(t, heads["demo"].Equal(c.Now()))
	for _, query := range store.JobQueries {
		plan := store.Plan(t, s, query)
		require.NotContains(t, plan, "SCAN jobs\n", "%s\n%s", query, plan)
		require.NotContains(t, plan, "TEMP B-TREE", "%s\n%s", query, plan)
	}
	ending := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true})
	for i := range store.MaxOverJobs + 5 {
		_, err := ending.CancelJob(ctx, fmt.Sprint("j", i))
		require.NoError(t, err)
	}
	require.NoError(t, ending.Finish(ctx, store.Result{}))
	n, over := open(t, s)
	require.Equal(t, []int64{store.MaxJobs - store.MaxOverJobs - 5, store.MaxOverJobs}, []int64{n, over})
}
