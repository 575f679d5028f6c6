package store

import (
	"context"
	"time"
)

// How the last run of a job has ended. The words are in the database.
const (
	ResultDone        = "done"
	ResultFailed      = "failed"
	ResultInterrupted = "interrupted" // its process ended before it did
	ResultMissed      = "missed"      // it was due while nothing ran, and is too old to be made up
)

// JobEnd is what becomes of a job whose run is over.
type JobEnd struct {
	State   JobState
	Due     time.Time // of one that is due again
	Args    []byte    // of one that goes on
	Step    int
	Attempt int
	Asked   bool
	Resumes bool   // of one that is due: its run was cut short, and goes on by the journal, which is kept
	Result  string // "" = nothing ran, and what was said of the last run stands
	Error   string
	Trace   string
}

const endJob = `UPDATE jobs SET state = ?, next = '', due = ?, args = ?, step = ?, attempt = ?, asked = ?, acted = ?, ended = ?, result = ?, error = ?, trace = ?, expires = ?
	WHERE account = ? AND id = ?`

// EndJob ends a run: end says of the job, as it stands, what becomes of it. The error is ErrClaimed when the run has become
// another process's.
func (s *Store) EndJob(ctx context.Context, j Job, end func(Job) JobEnd) error {
	return s.asNode(ctx, true, func(b *batch) error { return s.endJob(b, s.node.id, j.run, end) })
}

func (s *Store) endJob(b *batch, node, run int64, end func(Job) JobEnd) error {
	j, found, err := readJob(b, jobOfRun, node, run)
	switch {
	case err != nil:
		return err
	case !found:
		return ErrClaimed
	}
	e := end(j.Job).Decided(j.Job)
	if e.Result == "" {
		e.Result, e.Error, e.Trace = j.Result, j.Error, j.Trace
	}
	if !e.Resumes {
		if err := b.dropJournal(j.Account, jobOwner(j.ID)); err != nil {
			return err
		}
	}
	now := s.now()
	var expires any
	if e.State.over() {
		expires, e.Due = now.Add(e.State.keep()).UnixMilli(), j.Due
	}
	err = b.exec(endJob, string(e.State), e.Due.UnixMilli(), e.Args, e.Step, e.Attempt, e.Asked, e.Resumes, now.UnixMilli(), e.Result, cutText(e.Error, maxJobError), e.Trace, expires, j.Account, j.ID)
	if err != nil {
		return err
	}
	s.writer.unsettled.add(jobName(j.Account, j.ID))
	return moveJob(b, j.Account, j.State, e.State)
}

// Decided is the end as somebody has decided meanwhile, which counts before what the run came to.
func (e JobEnd) Decided(j Job) JobEnd {
	if j.Next != "" {
		e.Resumes = false
	}
	switch {
	case j.Next == JobCancelled && j.Kind == JobTask:
		e.State, e.Args = JobCancelled, j.Args
	case j.Next == JobDue && j.Kind == JobTask: // another one took its place
		e.State, e.Due, e.Args, e.Step, e.Attempt = JobDue, j.Due, j.Args, 0, 0
	case j.Next == JobCancelled: // an every goes on at its next time
		e.State, e.Due, e.Args, e.Step, e.Attempt, e.Asked = JobDue, j.AfterSeen(), nil, 0, 0, false
	}
	return e
}

// AfterSeen is the first moment for which an every has not run yet.
func (j Job) AfterSeen() time.Time { return j.SeenTo.Add(time.Millisecond) }

// TakeUpJobs ends the runs that nobody goes on with: those of processes that have died, and those of this one that it knows
// nothing of. end says what becomes of each. It returns the jobs as they stood.
func (s *Store) TakeUpJobs(ctx context.Context, runs func(run int64) bool, end func(Job) JobEnd) (ended []Job, err error) {
	running, err := readJobs(s.committed(ctx), allRunning)
	if err != nil {
		return nil, err
	}
	for _, j := range running {
		if j.node == s.node.id && runs(j.run) {
			continue
		}
		taken := false
		err := s.asNode(ctx, true, func(b *batch) (err error) {
			taken, err = s.takeUpJob(b, j, runs, end)
			return err
		})
		if err != nil {
			return ended, err
		}
		if taken {
			ended = append(ended, j.Job)
		}
	}
	return ended, nil
}

func (s *Store) takeUpJob(b *batch, j ownedJob, runs func(run int64) bool, end func(Job) JobEnd) (bool, error) {
	now, found, err := readJob(b, jobOfRun, j.node, j.run)
	if err != nil || !found {
		return false, err
	}
	if now.node == s.node.id {
		if now.epoch == s.node.epoch.Load() && runs(now.run) {
			return false, nil
		}
	} else {
		dead, err := s.node.dead(b, now.node, now.epoch)
		if err != nil || !dead {
			return false, err
		}
		if err := bury(b, now.node, now.epoch); err != nil {
			return false, err
		}
	}
	return true, s.endJob(b, now.node, now.run, end)
}

// CancelledRuns are the runs of this process after which nothing shall come.
func (s *Store) CancelledRuns(ctx context.Context) (runs []int64, err error) {
	running, err := readJobs(s.committed(ctx), allRunning)
	for _, j := range running {
		if j.node == s.node.id && j.Next == JobCancelled {
			runs = append(runs, j.run)
		}
	}
	return runs, err
}
