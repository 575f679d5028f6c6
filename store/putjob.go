package store

import (
	"context"
	"fmt"
)

const (
	insertJob = `INSERT INTO jobs (account, id, kind, name, state, next, due, args, spec, step, attempt, retries, backoff, node, epoch, run, acted, asked, seen_to, result, error, trace, build, made_at)
	VALUES (?, ?, ?, ?, 'due', '', ?, ?, ?, 0, 0, ?, ?, 0, 0, 0, 0, 0, 0, '', '', '', ?, ?)`
	replaceJob = `UPDATE jobs SET kind = ?, name = ?, state = ?, next = ?, due = ?, args = ?, spec = ?, step = 0, attempt = 0, retries = ?, backoff = ?, asked = 0, acted = CASE WHEN state = 'running' THEN acted ELSE 0 END,
	result = ?, error = '', build = ?, made_at = ?, expires = NULL WHERE account = ? AND id = ?`
	cancelJob = `UPDATE jobs SET state = 'cancelled', ended = ?, expires = ? WHERE account = ? AND id = ?`
	decideJob = `UPDATE jobs SET next = ? WHERE account = ? AND id = ?`
)

// PutJob has a job done at its time, in place of the one with the same id. One that runs with that id goes on to its end,
// and what that says of what comes next counts no more. The error is ErrJobsFull when the account has MaxJobs.
func (t *Turn) PutJob(ctx context.Context, j Job) error {
	if err := checkJob(j); err != nil {
		return err
	}
	j.Account = t.key.Account
	return t.change(ctx, jobName(j.Account, j.ID), func(b *batch) error {
		if err := t.store.putJob(b, j); err != nil {
			return err
		}
		return t.noted(b, j.ID)
	})
}

// jobName names a job among what the open transaction has changed.
func jobName(account, id string) string { return "j" + account + "\x00" + id }

func checkJob(j Job) error {
	if j.ID == "" || len(j.ID) > MaxJobID || len(j.Args) > MaxJobArgs {
		return fmt.Errorf("%w: a job has an id of 1 to %d bytes, and arguments of %d", ErrTooLarge, MaxJobID, MaxJobArgs)
	}
	return nil
}

func (s *Store) putJob(b *batch, j Job) error {
	old, found, err := readJob(b, oneJob, j.Account, j.ID)
	if err != nil {
		return err
	}
	if !found || old.State.over() {
		n, err := jobCounts(b, j.Account)
		if err != nil {
			return err
		}
		if n.Open >= MaxJobs {
			return ErrJobsFull
		}
	}
	now := s.now().UnixMilli()
	if !found {
		if err := b.exec(insertJob, j.Account, j.ID, string(j.Kind), j.Name, j.Due.UnixMilli(), j.Args, j.Spec, j.Retries, j.Backoff.Milliseconds(), j.Build, now); err != nil {
			return err
		}
		return moveJob(b, j.Account, "", JobDue)
	}
	if old.Acted && old.State != JobRunning {
		if err := b.dropJournal(j.Account, jobOwner(j.ID)); err != nil {
			return err
		}
	}
	state, next := JobDue, JobState("")
	if old.State == JobRunning {
		state, next = JobRunning, JobDue
	}
	err = b.exec(replaceJob, string(j.Kind), j.Name, string(state), string(next), j.Due.UnixMilli(), j.Args, j.Spec, j.Retries, j.Backoff.Milliseconds(), old.Result, j.Build, now, j.Account, j.ID)
	if err != nil {
		return err
	}
	return moveJob(b, j.Account, old.State, state)
}

// CancelJob takes a job back that is due, and says whether there was one. One that runs goes on to its end, and nothing
// comes after it.
func (t *Turn) CancelJob(ctx context.Context, id string) (cancelled bool, err error) {
	err = t.change(ctx, jobName(t.key.Account, id), func(b *batch) error {
		j, found, err := readJob(b, oneJob, t.key.Account, id)
		if err != nil {
			return err
		}
		if cancelled = found && !j.State.over() && j.Kind != JobEvery && j.Next != JobCancelled; cancelled {
			if err := t.store.cancelJob(b, j); err != nil {
				return err
			}
		}
		return t.noted(b, cancelled)
	})
	return cancelled && err == nil, err
}

func (s *Store) cancelJob(b *batch, j ownedJob) error {
	if j.State == JobRunning {
		return b.exec(decideJob, string(JobCancelled), j.Account, j.ID)
	}
	if err := b.dropJournal(j.Account, jobOwner(j.ID)); err != nil {
		return err
	}
	now := s.now()
	if err := b.exec(cancelJob, now.UnixMilli(), now.Add(KeepOver).UnixMilli(), j.Account, j.ID); err != nil {
		return err
	}
	return moveJob(b, j.Account, j.State, JobCancelled)
}
