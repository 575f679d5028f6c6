package store

import (
	"context"
	"errors"
	"time"
)

const (
	takeJob  = `UPDATE jobs SET state = 'running', node = ?, epoch = ?, run = ?, seen_to = CASE WHEN step = 0 AND acted = 0 THEN ? ELSE seen_to END, began = ?, ended = NULL, trace = '' WHERE account = ? AND id = ? AND state = 'due' AND due = ?`
	actJob   = `UPDATE jobs SET acted = 1, epoch = ? WHERE state = 'running' AND node = ? AND run = ?`
	stakeJob = `UPDATE jobs SET epoch = ? WHERE state = 'running' AND node = ? AND run = ?`
	nextDue  = `SELECT due FROM jobs WHERE account = ? AND state = 'due' ORDER BY due LIMIT 1`
	isHeld   = `SELECT count(*) FROM held_jobs WHERE account IN ('', ?)`
	// One step of the index for each account, however many jobs it has.
	jobHeads = `WITH RECURSIVE heads (account) AS (
	SELECT min(account) FROM jobs WHERE state = 'due'
	UNION ALL
	SELECT (SELECT min(account) FROM jobs WHERE state = 'due' AND account > heads.account) FROM heads WHERE heads.account IS NOT NULL
)
SELECT account, (SELECT min(due) FROM jobs WHERE state = 'due' AND jobs.account = heads.account) FROM heads WHERE account IS NOT NULL`
)

// Taken is what TakeJob found.
type Taken struct {
	Job  *Job      // runs now, and is the caller's to run; nil = none is due
	Next time.Time // when the next one of the account is due; zero = none
	Held bool      // an operator must let jobs go first
}

// NewRun numbers a run of a job that is about to be taken.
func (s *Store) NewRun() int64 { return int64(s.serial.Add(1)) }

// TakeJob gives this process the job of the account that has been due for the longest, and returns once that is on the
// disk. Of several processes one gets it. TakeUpJobs must know the run from before on.
func (s *Store) TakeJob(ctx context.Context, account string, run int64) (t Taken, err error) {
	unsettled := s.writer.unsettled.hasPrefix(jobName(account, ""))
	next, err := s.nextDue(s.committed(ctx), account)
	if err != nil || !unsettled && (next.IsZero() || next.After(s.now())) {
		return Taken{Next: next}, err
	}
	err = s.asNode(ctx, true, func(b *batch) (err error) {
		t, err = s.takeJob(b, account, run)
		return err
	})
	if err != nil {
		return Taken{}, err
	}
	return t, nil
}

func (s *Store) takeJob(b *batch, account string, run int64) (t Taken, err error) {
	var held int64
	if _, err := b.row(isHeld, []any{account}, &held); err != nil || held > 0 {
		return Taken{Held: held > 0}, err
	}
	now := s.now()
	j, found, err := readJob(b, firstDue, account, now.UnixMilli())
	if err != nil {
		return t, err
	}
	if found {
		if err := b.exec(takeJob, s.node.id, s.node.epoch.Load(), run, now.UnixMilli(), now.UnixMilli(), account, j.ID, j.Due.UnixMilli()); err != nil {
			return t, err
		}
		j.State, j.Began, j.run = JobRunning, time.UnixMilli(now.UnixMilli()), run
		if j.Step == 0 && !j.Acted {
			j.SeenTo = j.Began
		}
		t.Job = &j.Job
	}
	t.Next, err = s.nextDue(b, account)
	return t, err
}

func (s *Store) nextDue(v reader, account string) (time.Time, error) {
	var due int64
	found, err := v.row(nextDue, []any{account}, &due)
	if err != nil || !found {
		return time.Time{}, err
	}
	return time.UnixMilli(due), nil
}

// JobHeads tells for each account that has a job to do when the first is due.
func (s *Store) JobHeads(ctx context.Context) (map[string]time.Time, error) {
	heads := map[string]time.Time{}
	err := s.committed(ctx).rows(jobHeads, nil, func(scan func(...any) error) error {
		var account string
		var due int64
		err := scan(&account, &due)
		heads[account] = time.UnixMilli(due)
		return err
	})
	return heads, err
}

// asNode runs fn in the open transaction, which asserts that this node's epoch is not over. When it is, the node begins
// anew, and fn runs in the new epoch.
func (s *Store) asNode(ctx context.Context, committed bool, fn func(*batch) error) error {
	for {
		if err := s.node.gate(ctx); err != nil {
			return err
		}
		err := s.writer.do(ctx, committed, func(b *batch) error {
			if err := s.node.assert(b); err != nil {
				return err
			}
			return fn(b)
		})
		if !errors.Is(err, errEpochOver) {
			return err
		}
	}
}

// actJob notes that the run of a job changes something, and makes sure that it still is this turn's.
func (t *Turn) actJob(b *batch) error {
	epoch := t.store.node.epoch.Load()
	if t.acted && t.epoch == epoch {
		return nil
	}
	n, err := b.change(actJob, epoch, t.store.node.id, t.key.Job.run)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrClaimed
	}
	t.acted, t.epoch = true, epoch
	return nil
}
