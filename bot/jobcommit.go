package bot

import (
	"moonwire/store"
)

// keepJob adds to the end of a turn what becomes of the job that it is.
func (w *work) keepJob(last *store.Result) {
	t := w.timed
	if t == nil || w.result.outcome == Paused || w.result.outcome == Busy {
		return
	}
	last.Job = func(now store.Job) store.JobEnd {
		t.end = t.fleet.jobEnd(w, now).Decided(now)
		t.end.Trace = w.trace
		return t.end
	}
}

// jobKept says that the store knows what became of the job.
func (f *Fleet) jobKept(w *work) {
	t := w.timed
	if t == nil || t.end.State == "" {
		return
	}
	t.ended = true
	f.afterJob(w.account.name, t.job, t.end)
}

// afterJob sees to what comes after a run.
func (f *Fleet) afterJob(account string, j store.Job, e store.JobEnd) {
	due := f.o.Now() // one that is over may be due anew
	if e.State == store.JobDue {
		due = e.Due
	}
	f.jobs.wake(account, due)
	f.tellOfJob(j, e)
}

// tellOfJob tells whoever watches what became of a job.
func (f *Fleet) tellOfJob(j store.Job, e store.JobEnd) {
	if e.Result == "" || f.o.Events.Job == nil {
		return
	}
	r := JobReport{Account: j.Account, ID: j.ID, Kind: string(j.Kind), Name: j.Name, Result: e.Result, Ran: true, Late: max(0, j.Began.Sub(j.Due))}
	switch {
	case e.State == store.JobDead:
		r.Result, r.Ran, r.Late = string(e.State), false, 0
	case e.Result == store.ResultMissed:
		r.Ran, r.Late = false, 0
	case e.State == store.JobCancelled:
		r.Result = string(e.State)
	case e.State == store.JobDue && e.Result == store.ResultDone && e.Step > 0:
		r.Result = JobContinued
	case e.State == store.JobDue && e.Attempt > 0:
		r.Result = JobRetried
	}
	f.o.Events.Job(r)
}
