package bot

import (
	"context"
	"time"

	"moonwire/store"
)

// RunJob has a job done now that is due later, or over. The errors are those of store.AskForJob.
func (f *Fleet) RunJob(ctx context.Context, account, id string, by store.Actor) (store.Job, error) {
	j, err := f.o.Store.AskForJob(ctx, account, id, by)
	if err == nil {
		f.jobs.wake(account, j.Due)
	}
	return j, err
}

// CancelJob takes a job back, and stops it when it runs in this process; in another one it is stopped within seconds. The
// errors are those of store.StopJob.
func (f *Fleet) CancelJob(ctx context.Context, account, id string, by store.Actor) (store.Job, error) {
	j, err := f.o.Store.StopJob(ctx, account, id, by)
	if err == nil && j.State == store.JobRunning {
		f.jobs.cancel(j.Run(), errCancelled)
	}
	return j, err
}

// HoldJobs lets no job of an account begin, or none at all for "", until ResumeJobs. Those that run go on.
func (f *Fleet) HoldJobs(ctx context.Context, account string, by store.Actor) (changed bool, err error) {
	return f.o.Store.HoldJobs(ctx, account, by)
}

// ResumeJobs ends HoldJobs.
func (f *Fleet) ResumeJobs(ctx context.Context, account string, by store.Actor) (changed bool, err error) {
	changed, err = f.o.Store.FreeJobs(ctx, account, by)
	if changed {
		f.jobs.look()
	}
	return changed, err
}

// NextTimes are the next times at which an every of an account is due, for people; none when it does not serve.
func (f *Fleet) NextTimes(account, name string, n int) []time.Time {
	a := f.Account(account)
	if a == nil || a.Program() == nil {
		return nil
	}
	for _, e := range a.Program().Everys() {
		if e.Name == name {
			return e.Soon(f.o.Now(), n)
		}
	}
	return nil
}

// JobsRunning is how many jobs this process runs now.
func (f *Fleet) JobsRunning() int {
	f.jobs.mu.Lock()
	defer f.jobs.mu.Unlock()
	return len(f.jobs.runs)
}
