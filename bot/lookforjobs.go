package bot

import (
	"context"
	"errors"
	"time"

	"moonwire/store"
)

// runJobs looks for jobs that are due, and runs them, until ctx ends; then it waits for those that run.
func (f *Fleet) runJobs(ctx context.Context) {
	j := f.jobs
	defer j.work.Wait()
	for ctx.Err() == nil {
		f.lookAtOthers(ctx)
		a, wait := j.next()
		if a != nil {
			j.work.Go(func() {
				defer j.done(a)
				f.lookForJob(ctx, a)
			})
			continue
		}
		passed, stop := f.o.After.timer(wait)
		select {
		case <-passed:
		case <-j.poked:
		case <-ctx.Done():
		}
		stop()
	}
}

// mostJobs is how many jobs of an account run at once: at most a quarter of its turns.
func mostJobs(rel *release) int {
	if rel == nil {
		return 1
	}
	return min(jobsOfOne, max(1, int(wholeCapacity/rel.weight)/4))
}

// lookAtOthers takes up what processes have left that have died, and learns what others have put there.
func (f *Fleet) lookAtOthers(ctx context.Context) {
	every := jobsOthers
	if f.o.Store.Alone() {
		every = jobsLost
	}
	if !f.jobs.dueForOthers(every) {
		return
	}
	defer f.jobs.lookedAtOthers()
	ended, err := f.o.Store.TakeUpJobs(ctx, f.jobs.runsHere, f.afterDeath)
	for _, j := range ended {
		f.reportCut(j)
	}
	var heads map[string]time.Time
	if err == nil {
		heads, err = f.o.Store.JobHeads(ctx)
	}
	for name, due := range heads {
		f.jobs.wake(name, due)
	}
	var stopped []int64
	if err == nil {
		stopped, err = f.o.Store.CancelledRuns(ctx)
	}
	for _, run := range stopped {
		f.jobs.cancel(run, errCancelled)
	}
	if err != nil && ctx.Err() == nil {
		f.o.Log.Warn("jobs cannot be looked for; it is tried again", "error", err.Error())
	}
}

// reportCut tells of a job whose process ended before it did.
func (f *Fleet) reportCut(j store.Job) {
	if !j.Acted {
		f.o.Log.Info("a job was cut off before it had changed anything; it runs again", "account", j.Account, "job", j.ID, "name", j.Name)
		return
	}
	f.o.Log.Warn("a job was cut off in the middle: what it had done stands", "account", j.Account, "job", j.ID, "name", j.Name, "began", j.Began, "tried_again", j.Attempt < j.Retries)
	f.tellOfJob(j, f.afterDeath(j))
}

// lookForJob takes a job of an account and runs it.
func (f *Fleet) lookForJob(ctx context.Context, a *jobAccount) {
	next, job, rel, acc := f.takeJob(ctx, a)
	f.jobs.seen(a, next, mostJobs(rel))
	f.jobs.poke() // another one of the account may be due
	if job == nil {
		return
	}
	defer f.jobs.end(job.Run())
	f.doJob(acc, rel, *job)
}

// takeJob takes the job of an account that has been due for the longest, if it serves. next is when the next is due.
func (f *Fleet) takeJob(ctx context.Context, a *jobAccount) (next time.Time, job *store.Job, rel *release, acc *Account) {
	now := f.o.Now()
	if f.pushes.draining.Load() {
		return now.Add(jobsAgain), nil, nil, nil
	}
	if acc = f.Account(a.name); acc == nil {
		a.synced = ""
		if f.accounts.all()[a.name] == nil { // it is gone; when it comes back it is woken
			return time.Time{}, nil, nil, nil
		}
		return now.Add(jobsAgain), nil, nil, nil
	}
	if rel = acc.current.Load(); rel == nil || rel.program == nil {
		return now.Add(jobsAgain), nil, nil, nil
	}
	if until, _, _ := acc.pause.state(now); !until.IsZero() {
		return until, nil, nil, nil
	}
	if err := f.syncEvery(ctx, a, rel); err != nil {
		return f.jobsFail(ctx, a, err), nil, nil, nil
	}
	run := f.o.Store.NewRun()
	f.jobs.begin(run, func(error) {})
	t, err := f.o.Store.TakeJob(ctx, a.name, run)
	if t.Job == nil {
		f.jobs.end(run)
	}
	switch {
	case err != nil:
		return f.jobsFail(ctx, a, err), nil, nil, nil
	case t.Held:
		return now.Add(jobsAgain), nil, nil, nil
	}
	return t.Next, t.Job, rel, acc
}

func (f *Fleet) jobsFail(ctx context.Context, a *jobAccount, err error) (again time.Time) {
	if ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
		f.o.Log.Warn("the jobs of an account cannot be looked for; it is tried again", "account", a.name, "error", err.Error())
	}
	return f.o.Now().Add(jobsAgain)
}

// syncEvery makes the rows of what a release declares that serves from now on.
func (f *Fleet) syncEvery(ctx context.Context, a *jobAccount, rel *release) error {
	declares := rel.build + " " + rel.config.Location.String()
	if a.synced == declares {
		return nil
	}
	now := f.o.Now()
	var all []store.Every
	for _, e := range rel.program.Everys() {
		all = append(all, store.Every{Name: e.Name, Spec: e.Schedule.Spec, Next: e.Schedule.Next(now)})
	}
	early, err := f.o.Store.SyncEvery(ctx, a.name, rel.build, all)
	if err != nil {
		return err
	}
	for _, name := range early {
		f.o.Log.Warn("the clock was more than a day ahead when an every was given its time: it is set to its next time", "account", a.name, "name", name)
	}
	a.synced = declares
	return nil
}
