package bot

import (
	"errors"
	"fmt"
	"time"

	"moonwire/bindings"
	"moonwire/store"
)

// everyDue is the time for which an every runs now: of those that were missed, the last, if it is less than an hour old.
// Zero: there is none.
func (f *Fleet) everyDue(rel *release, j store.Job) time.Time {
	since := j.SeenTo.Add(-makeUp + time.Nanosecond)
	if j.Due.After(since) {
		since = j.Due
	}
	return scheduleOf(rel, j.Name).Latest(since, j.SeenTo)
}

func scheduleOf(rel *release, name string) bindings.Schedule {
	for _, e := range rel.program.Everys() {
		if e.Name == name {
			return e.Schedule
		}
	}
	return bindings.Schedule{}
}

// notNow puts off an every that is not to run: its times are too old, or other ones since its row was written.
func (f *Fleet) notNow(rel *release, j store.Job) func(store.Job) store.JobEnd {
	s := scheduleOf(rel, j.Name)
	e := store.JobEnd{State: store.JobDue, Due: s.Next(j.SeenTo)}
	if first := s.Next(j.Due.Add(-time.Nanosecond)); !first.After(j.SeenTo) {
		e.Result, e.Error = store.ResultMissed, fmt.Sprintf("it was due at %s, when nothing ran it", first.Format("2006-01-02 15:04"))
		f.o.Log.Warn("a time of an every was missed, and is too old to be made up", "account", j.Account, "name", j.Name, "due", first, "next", e.Due)
	}
	return func(store.Job) store.JobEnd { return e }
}

// missing is what becomes of a job that the live build has no function for.
func (f *Fleet) missing(rel *release, j store.Job) func(store.Job) store.JobEnd {
	e := store.JobEnd{State: store.JobDue, Due: f.o.Now().Add(taskAgain), Args: j.Args, Step: j.Step, Attempt: j.Attempt, Asked: true, Resumes: j.Acted}
	if since := f.o.Now().Add(-taskGrace); !j.MadeAt.After(since) && !rel.saved.After(since) {
		e.State, e.Result, e.Resumes = store.JobDead, store.ResultFailed, false
		e.Error = fmt.Sprintf("the scripts have no %s(%q)", j.Kind, j.Name)
		f.o.Log.Warn("a job is dead: the scripts have nothing of its name; `moonwire jobs run` does it once they have", "account", j.Account, "job", j.ID, "kind", string(j.Kind), "name", j.Name)
	}
	return func(store.Job) store.JobEnd { return e }
}

// jobEnd is what becomes of a job whose function has returned, or failed.
func (f *Fleet) jobEnd(w *work, j store.Job) store.JobEnd {
	r := w.result
	switch {
	case r.err != nil:
		result := store.ResultFailed
		if errors.Is(r.err, bindings.ErrInterrupted) {
			result = store.ResultInterrupted
		}
		e := f.failed(j, result, r.err.Error())
		if j.Kind == store.JobEvery {
			e = w.timed.nextTime(j, e)
		}
		return e
	case r.out.Continued != nil:
		return store.JobEnd{State: store.JobDue, Due: f.o.Now(), Args: r.out.Continued.Args, Step: j.Step + 1, Result: store.ResultDone}
	case j.Kind == store.JobEvery:
		return w.timed.nextTime(j, store.JobEnd{Result: store.ResultDone})
	}
	return store.JobEnd{State: store.JobDone, Step: j.Step, Result: store.ResultDone}
}

// nextTime is the end of an every whose run is over: it is due again at its next time. One that is over already is made
// up, or is missed, when the every is taken then.
func (t *timedJob) nextTime(j store.Job, e store.JobEnd) store.JobEnd {
	e.State, e.Due = store.JobDue, scheduleOf(t.rel, j.Name).Next(j.SeenTo)
	return e
}

// longestBackoff is the longest time until a job is tried again.
const longestBackoff = 24 * time.Hour

// failed is what becomes of a job that failed: a task is tried again as often as it may be.
func (f *Fleet) failed(j store.Job, result, why string) store.JobEnd {
	e := store.JobEnd{State: store.JobFailed, Args: j.Args, Step: j.Step, Attempt: j.Attempt + 1, Result: result, Error: why}
	switch {
	case j.Kind == store.JobEvery: // what was due after this run is found by the scripts that serve then
		e.State, e.Due, e.Args, e.Step, e.Attempt = store.JobDue, j.AfterSeen(), nil, 0, 0
	case j.Attempt < j.Retries:
		wait := j.Backoff
		for range j.Attempt {
			wait = min(2*wait, longestBackoff)
		}
		e.State, e.Due = store.JobDue, f.o.Now().Add(wait)
	}
	return e
}

// unfinished is what becomes of a job whose turn has not come to its end: it found no room, the process ends, or what it
// came to could not be written.
func (f *Fleet) unfinished(w *work) func(store.Job) store.JobEnd {
	return func(j store.Job) store.JobEnd {
		if f.life.Err() != nil {
			return f.afterDeath(j)
		}
		e := f.later(j, roomAgain)
		if until, _, _ := w.account.pause.state(f.o.Now()); !until.IsZero() {
			e.Due = until
		}
		return e
	}
}

// later puts off a job; one that has changed something goes on by its journal then.
func (f *Fleet) later(j store.Job, d time.Duration) store.JobEnd {
	return store.JobEnd{State: store.JobDue, Due: f.o.Now().Add(d), Args: j.Args, Step: j.Step, Attempt: j.Attempt, Asked: true, Resumes: j.Acted}
}

// afterDeath is what becomes of a job whose process has died: it runs again, and one that had changed something is answered
// from its journal as far as that goes.
func (f *Fleet) afterDeath(j store.Job) store.JobEnd {
	return store.JobEnd{State: store.JobDue, Due: j.Due, Args: j.Args, Step: j.Step, Attempt: j.Attempt, Asked: j.Asked, Resumes: j.Acted}
}
