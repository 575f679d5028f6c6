package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Why an operator's wish for a job cannot be fulfilled.
var (
	ErrNoJob      = errors.New("store: the account has no such job")
	ErrJobRuns    = errors.New("store: the job runs already")
	ErrJobOver    = errors.New("store: the job is over")
	ErrEveryStays = errors.New("store: an every goes on as long as the scripts have it")
)

const (
	askForJob = `UPDATE jobs SET state = 'due', due = ?, attempt = 0, asked = 1, expires = NULL WHERE account = ? AND id = ?`
	holdJobs  = `INSERT INTO held_jobs (account, at, by) VALUES (?, ?, ?) ON CONFLICT (account) DO NOTHING`
	freeJobs  = `DELETE FROM held_jobs WHERE account = ?`
	freeAll   = `DELETE FROM held_jobs`
	allHeld   = `SELECT account, at, by FROM held_jobs ORDER BY account`
)

// AskForJob makes a job due now that is due later, or over, and returns it as it is then.
func (s *Store) AskForJob(ctx context.Context, account, id string, by Actor) (Job, error) {
	return s.operateJob(ctx, account, id, AuditEntry{Act: "job.run", Who: by}, func(b *batch, j ownedJob) error {
		if j.State == JobRunning {
			return fmt.Errorf("%w: %s", ErrJobRuns, id)
		}
		if j.State.over() {
			n, err := jobCounts(b, account)
			if err != nil {
				return err
			}
			if n.Open >= MaxJobs {
				return ErrJobsFull
			}
		}
		if err := b.exec(askForJob, s.now().UnixMilli(), account, id); err != nil {
			return err
		}
		return moveJob(b, account, j.State, JobDue)
	})
}

// StopJob cancels a job that is due; after one that runs, nothing comes. It returns the job as it is then, whose Run
// tells this process which run to end.
func (s *Store) StopJob(ctx context.Context, account, id string, by Actor) (Job, error) {
	return s.operateJob(ctx, account, id, AuditEntry{Act: "job.cancel", Who: by}, func(b *batch, j ownedJob) error {
		switch {
		case j.State.over():
			return fmt.Errorf("%w: %s", ErrJobOver, id)
		case j.Kind == JobEvery && j.State == JobDue:
			return fmt.Errorf("%w: %s", ErrEveryStays, id)
		}
		return s.cancelJob(b, j)
	})
}

func (s *Store) operateJob(ctx context.Context, account, id string, note AuditEntry, change func(*batch, ownedJob) error) (Job, error) {
	var now ownedJob
	err := s.writer.do(ctx, true, func(b *batch) error {
		j, found, err := readJob(b, oneJob, account, id)
		if err == nil && !found {
			err = fmt.Errorf("%w: %s", ErrNoJob, id)
		}
		if err != nil {
			return err
		}
		if err := change(b, j); err != nil {
			return err
		}
		s.writer.unsettled.add(jobName(account, id))
		note.Account, note.Object = account, id
		if err := s.noteAudit(b, note); err != nil {
			return err
		}
		now, _, err = readJob(b, oneJob, account, id)
		return err
	})
	return now.Job, err
}

// JobHold says whose jobs do not begin until they are let go, and since when.
type JobHold struct {
	Account string // "" = everybody's
	At      time.Time
	By      Actor
}

// HoldJobs lets no job of the account begin, or none at all for "", until FreeJobs. changed is false when that is so already.
func (s *Store) HoldJobs(ctx context.Context, account string, by Actor) (changed bool, err error) {
	return s.changeHolds(ctx, AuditEntry{Account: account, Who: by, Act: "jobs.hold", Object: account}, func(b *batch) (int64, error) {
		return b.change(holdJobs, account, s.now().UnixMilli(), by.String())
	})
}

// FreeJobs ends HoldJobs for the account, or for all of them and everybody for "".
func (s *Store) FreeJobs(ctx context.Context, account string, by Actor) (changed bool, err error) {
	return s.changeHolds(ctx, AuditEntry{Account: account, Who: by, Act: "jobs.resume", Object: account}, func(b *batch) (int64, error) {
		if account == "" {
			return b.change(freeAll)
		}
		return b.change(freeJobs, account)
	})
}

func (s *Store) changeHolds(ctx context.Context, note AuditEntry, change func(*batch) (int64, error)) (changed bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		n, err := change(b)
		changed = n > 0
		if err != nil || !changed {
			return err
		}
		return s.noteAudit(b, note)
	})
	return changed && err == nil, err
}

// Holds lists whose jobs are held.
func (s *Store) Holds(ctx context.Context) (holds []JobHold, err error) {
	err = s.committed(ctx).rows(allHeld, nil, func(scan func(...any) error) error {
		var h JobHold
		var at int64
		var by string
		err := scan(&h.Account, &at, &by)
		h.At, h.By = time.UnixMilli(at), readActor(by)
		holds = append(holds, h)
		return err
	})
	return holds, err
}
