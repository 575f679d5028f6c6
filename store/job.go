package store

import (
	"context"
	"errors"
	"time"
)

// Bounds of an account's jobs, and how long those are kept that are over.
const (
	MaxJobs     = 100_000 // due or running
	MaxOverJobs = 10_000  // over; the oldest go first
	MaxJobArgs  = 16 << 10
	MaxJobID    = 128 // bytes
	KeepDone    = 24 * time.Hour
	KeepOver    = 7 * 24 * time.Hour // failed, dead or cancelled

	maxJobError = 1 << 10 // bytes of an error
)

// ErrJobsFull says that an account has MaxJobs jobs that are due or running.
var ErrJobsFull = errors.New("store: the account has as many jobs as it may")

// JobKind says what made a job.
type JobKind string

// The kinds of jobs. The words are in the database.
const (
	JobEvery JobKind = "every" // one row for each name, as long as the scripts have it
	JobTask  JobKind = "task"  // of after(…)
)

// EveryPrefix begins the id of the row of an every; no task has such an id.
const EveryPrefix = "every:"

// JobState is where a job stands. The words are in the database.
type JobState string

// The states of a job.
const (
	JobDue       JobState = "due"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobDead      JobState = "dead" // the live build has no such task
	JobCancelled JobState = "cancelled"
)

// JobStates are all of them.
func JobStates() []JobState {
	return []JobState{JobDue, JobRunning, JobDone, JobFailed, JobDead, JobCancelled}
}

// over reports whether nothing more happens to a job that stands so, unless somebody asks for it.
func (s JobState) over() bool { return s != JobDue && s != JobRunning }

// keep is how long the row of a job is kept that has ended so.
func (s JobState) keep() time.Duration {
	if s == JobDone {
		return KeepDone
	}
	return KeepOver
}

// Job is what a script does at a time.
type Job struct {
	Account, ID string
	Kind        JobKind
	Name        string // of the every or the task
	State       JobState
	Due         time.Time
	Args        []byte // JSON; nil = nil
	Spec        string // of an every: time zone and cron
	Build       string // that declared it
	MadeAt      time.Time

	Step    int           // how often it has gone on with new arguments
	Attempt int           // how often this step has failed
	Retries int           // how often a step is tried again
	Backoff time.Duration // until the first of these; each further one takes twice as long

	Acted          bool      // its run has changed something, and goes on by its journal when it is cut short
	Asked          bool      // it runs when it is due, whatever the times of its every: an operator wants that, or it was put off
	SeenTo         time.Time // of an every: its times up to then have run, or run now
	Next           JobState  // what a running one becomes whatever its run says; "" = what that says
	Result         string    // of the last run; "" = there was none
	Error          string    // of the last run that failed
	Trace          string    // of the last run
	Began, EndedAt time.Time

	run int64 // which turn of its process runs it
}

// Run tells the runs of jobs in this process apart.
func (j Job) Run() int64 { return j.run }

const (
	jobColumns = `SELECT account, id, kind, name, state, next, due, args, spec, step, attempt, retries, backoff, node, epoch, run, acted, asked, seen_to, began, ended, result, error, trace, build, made_at FROM jobs WHERE `
	oneJob     = jobColumns + `account = ? AND id = ?`
	jobOfRun   = jobColumns + `state = 'running' AND node = ? AND run = ?`
	firstDue   = jobColumns + `account = ? AND state = 'due' AND due <= ? ORDER BY due LIMIT 1`
	allRunning = jobColumns + `state = 'running'`
	jobsOf     = jobColumns + `account = ? AND id > ? AND (? = '' OR state = ?) ORDER BY id LIMIT ?`
	jobsOfAll  = jobColumns + `(account, id) > (?, ?) AND (? = '' OR state = ?) ORDER BY account, id LIMIT ?`
	everyJobs  = jobColumns + `account = ? AND kind = 'every' AND id >= 'every:' AND id < 'every;'`
)

// owned is a job and whose it is.
type ownedJob struct {
	Job
	owner
}

func readJobs(v reader, query string, args ...any) (jobs []ownedJob, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		var j ownedJob
		var due, backoff, seen, made int64
		var began, ended *int64
		err := scan(&j.Account, &j.ID, &j.Kind, &j.Name, &j.State, &j.Next, &due, &j.Args, &j.Spec, &j.Step, &j.Attempt, &j.Retries, &backoff,
			&j.node, &j.epoch, &j.run, &j.Acted, &j.Asked, &seen, &began, &ended, &j.Result, &j.Error, &j.Trace, &j.Build, &made)
		j.Due, j.MadeAt, j.Backoff = time.UnixMilli(due), time.UnixMilli(made), time.Duration(backoff)*time.Millisecond
		j.SeenTo = time.UnixMilli(seen)
		j.Began, j.EndedAt = timeOrZero(began), timeOrZero(ended)
		jobs = append(jobs, j)
		return err
	})
	return jobs, err
}

func timeOrZero(millis *int64) time.Time {
	if millis == nil {
		return time.Time{}
	}
	return time.UnixMilli(*millis)
}

func readJob(v reader, query string, args ...any) (ownedJob, bool, error) {
	jobs, err := readJobs(v, query, args...)
	if err != nil || len(jobs) == 0 {
		return ownedJob{}, false, err
	}
	return jobs[0], true, nil
}

// Job looks at one job.
func (s *Store) Job(ctx context.Context, account, id string) (Job, bool, error) {
	j, found, err := readJob(s.committed(ctx), oneJob, account, id)
	return j.Job, found, err
}

// JobFilter chooses jobs, by account and id.
type JobFilter struct {
	Account string   // "" = all
	State   JobState // "" = any
	After   Job      // the last one of the page before
	Limit   int      // at most and unless told MaxJobPage
}

// MaxJobPage is how many jobs one call lists.
const MaxJobPage = 500

// Jobs lists jobs.
func (s *Store) Jobs(ctx context.Context, f JobFilter) (jobs []Job, err error) {
	if f.Limit <= 0 || f.Limit > MaxJobPage {
		f.Limit = MaxJobPage
	}
	query, args := jobsOf, []any{f.Account, f.After.ID, f.State, f.State, f.Limit}
	if f.Account == "" {
		query, args = jobsOfAll, []any{f.After.Account, f.After.ID, f.State, f.State, f.Limit}
	}
	for i, v := range args {
		if state, is := v.(JobState); is {
			args[i] = string(state)
		}
	}
	found, err := readJobs(s.committed(ctx), query, args...)
	for _, j := range found {
		jobs = append(jobs, j.Job)
	}
	return jobs, err
}

// JobCounts are how many jobs an account has that are due or running, and that are over.
type JobCounts struct{ Open, Over int64 }

const (
	countJobs = `SELECT open, over FROM job_counts WHERE account = ?`
	addJobs   = `INSERT INTO job_counts (account, open, over) VALUES (?, ?, ?)
	ON CONFLICT (account) DO UPDATE SET open = job_counts.open + excluded.open, over = job_counts.over + excluded.over`
	sumJobs = `SELECT coalesce(sum(open), 0), coalesce(sum(over), 0) FROM job_counts`
)

func jobCounts(v reader, account string) (n JobCounts, err error) {
	_, err = v.row(countJobs, []any{account}, &n.Open, &n.Over)
	return n, err
}

// JobCounts counts the jobs of an account, or of all for "".
func (s *Store) JobCounts(ctx context.Context, account string) (n JobCounts, err error) {
	if account != "" {
		return jobCounts(s.committed(ctx), account)
	}
	_, err = s.committed(ctx).row(sumJobs, nil, &n.Open, &n.Over)
	return n, err
}

const dropOver = `DELETE FROM jobs WHERE account = ? AND id IN (SELECT id FROM jobs WHERE account = ? AND expires IS NOT NULL ORDER BY expires LIMIT ?)`

// moveJob counts a job that comes ("" before), goes ("" after), or stands otherwise from now on.
func moveJob(b *batch, account string, before, after JobState) error {
	var open, over int64
	for _, m := range []struct {
		state JobState
		by    int64
	}{{before, -1}, {after, 1}} {
		switch {
		case m.state == "":
		case m.state.over():
			over += m.by
		default:
			open += m.by
		}
	}
	if open == 0 && over == 0 {
		return nil
	}
	if err := b.exec(addJobs, account, open, over); err != nil || over <= 0 {
		return err
	}
	n, err := jobCounts(b, account)
	if err != nil || n.Over <= MaxOverJobs {
		return err
	}
	gone, err := b.change(dropOver, account, account, n.Over-MaxOverJobs)
	if err != nil {
		return err
	}
	return b.exec(addJobs, account, 0, -gone)
}

const overJobOf = `SELECT count(*) FROM jobs WHERE account = ? AND id = ? AND expires <= ?`

// uncountJob counts down before Prune removes a row; args are those of the statement that does.
func uncountJob(b *batch, args []any) error {
	var n int64
	if _, err := b.row(overJobOf, args, &n); err != nil || n == 0 {
		return err
	}
	return b.exec(addJobs, args[0], 0, -n)
}
