package store

import (
	"context"
	"math"
	"slices"
	"time"
)

// Every is what a build declares with every(…).
type Every struct {
	Name string
	Spec string    // time zone and cron
	Next time.Time // when it is due next, by the clock of now
}

// farAhead is how far the clock may have been set back since the time of an every was reckoned before that time is taken for the
// work of a clock that was wrong. By less nothing changes: what has run does not run again.
const farAhead = 24 * time.Hour

const retimeEvery = `UPDATE jobs SET spec = ?, due = ?, build = ?, made_at = min(made_at, ?), seen_to = min(seen_to, ?) WHERE account = ? AND id = ? AND state = 'due'`

// SyncEvery gives each every of a build that serves now its row; what the build has no every for is dead. Rows that are as they should be are not written. It
// returns the names of those that were due much later than they are: the clock was wrong when that was reckoned.
func (s *Store) SyncEvery(ctx context.Context, account, build string, all []Every) (early []string, err error) {
	rows, err := readJobs(s.committed(ctx), everyJobs, account)
	if err != nil || upToDate(rows, all, s.now()) {
		return nil, err
	}
	err = s.asNode(ctx, true, func(b *batch) error {
		early = nil
		if err := s.buryEvery(b, account, all); err != nil {
			return err
		}
		for _, e := range all {
			far, err := s.syncEvery(b, account, build, e)
			if err != nil {
				return err
			}
			if far {
				early = append(early, e.Name)
			}
		}
		return nil
	})
	return early, err
}

func upToDate(rows []ownedJob, all []Every, now time.Time) bool {
	open := map[string]ownedJob{}
	for _, r := range rows {
		if !r.State.over() {
			open[r.Name] = r
		}
	}
	for name, r := range open {
		if r.State == JobDue && !declared(name, all) {
			return false
		}
	}
	for _, e := range all {
		r, there := open[e.Name]
		if !there || r.State == JobDue && (r.Spec != e.Spec || isFar(r.Job, now)) {
			return false
		}
	}
	return true
}

func declared(name string, all []Every) bool {
	return slices.ContainsFunc(all, func(e Every) bool { return e.Name == name })
}

const endEvery = `UPDATE jobs SET state = 'dead', args = NULL, step = 0, acted = 0, error = 'the scripts have no such every', ended = ?, expires = ? WHERE account = ? AND id = ?`

// buryEvery ends what the build has no every for.
func (s *Store) buryEvery(b *batch, account string, all []Every) error {
	rows, err := readJobs(b, everyJobs, account)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.State != JobDue || declared(r.Name, all) {
			continue
		}
		if err := b.dropJournal(account, jobOwner(r.ID)); err != nil {
			return err
		}
		if err := b.exec(endEvery, s.now().UnixMilli(), s.now().Add(KeepOver).UnixMilli(), account, r.ID); err != nil {
			return err
		}
		if err := moveJob(b, account, r.State, JobDead); err != nil {
			return err
		}
	}
	return nil
}

// isFar reports whether the clock was far ahead when the time of a row was reckoned.
func isFar(j Job, now time.Time) bool {
	reckoned := j.MadeAt
	if j.SeenTo.After(reckoned) {
		reckoned = j.SeenTo
	}
	return j.Step == 0 && reckoned.Sub(now) > farAhead
}

func (s *Store) syncEvery(b *batch, account, build string, e Every) (far bool, err error) {
	j := Job{Account: account, ID: EveryPrefix + e.Name, Kind: JobEvery, Name: e.Name, Due: e.Next, Spec: e.Spec, Build: build}
	old, found, err := readJob(b, oneJob, account, j.ID)
	switch {
	case err != nil:
		return false, err
	case !found || old.State.over():
		return false, s.putJob(b, j)
	case old.State == JobRunning:
		return false, nil
	}
	now, seen := s.now(), int64(math.MaxInt64)
	if far = isFar(old.Job, now); far {
		seen = now.UnixMilli()
	} else if old.Spec == e.Spec {
		return false, nil
	}
	return far && old.Spec == e.Spec, b.exec(retimeEvery, e.Spec, e.Next.UnixMilli(), build, seen, seen, account, j.ID)
}
