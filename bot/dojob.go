package bot

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"moonwire/bindings"
	"moonwire/store"
)

const (
	// makeUp is how old a time of an every may be that is made up.
	makeUp = time.Hour
	// taskGrace is how old a job, or the build that serves, must be before a job is dead that the build has nothing for,
	// and taskAgain how soon it is looked at again until then: another process may have put it there that loads sooner.
	taskGrace = 10 * time.Second
	taskAgain = 2 * time.Second
	// roomAgain is how soon a job is tried again that found no room.
	roomAgain = 5 * time.Second
)

// errCancelled is why the run of a job was stopped.
var errCancelled = errors.New("the job was cancelled")

// timedJob is the job that a piece of work is.
type timedJob struct {
	fleet *Fleet
	job   store.Job // its Due is the time for which it runs
	rel   *release
	end   store.JobEnd // once the turn is over
	ended bool         // the store knows it
}

// doJob does a job that this process has taken.
func (f *Fleet) doJob(a *Account, rel *release, j store.Job) {
	if !rel.program.HasJob(string(j.Kind), j.Name) {
		f.endJob(a, j, f.missing(rel, j))
		return
	}
	if j.Kind == store.JobEvery && !j.Asked && j.Step == 0 && !j.Acted {
		due := f.everyDue(rel, j)
		if due.IsZero() {
			f.endJob(a, j, f.notNow(rel, j))
			return
		}
		j.Due = due
	}
	var pieces [][]byte
	if j.Acted { // its last run was cut short
		var err error
		if pieces, err = f.o.Store.JobJournal(f.life, j.Account, j.ID); err != nil {
			f.o.Log.Error("the journal of a job cannot be read; it is tried again", "account", a.name, "job", j.ID, "error", err)
			f.endJob(a, j, func(now store.Job) store.JobEnd { return f.later(now, roomAgain) })
			return
		}
	}
	ctx, cancel := context.WithCancelCause(f.life)
	defer cancel(nil)
	f.jobs.begin(j.Run(), cancel)
	w := f.newWork(a, rel, fan{account: a.name}, runKey(j), f.o.Now())
	w.timed, w.job = &timedJob{fleet: f, job: j, rel: rel}, true
	w.memory.turn = f.o.Store.Turn(store.TurnKey{Account: a.name, At: w.received, Unclaimed: true, Quota: rel.storeQuota(), Job: &j})
	w.memory.turn.GoOn(len(pieces))
	w.action = func(_ context.Context, p *bindings.Program, in bindings.Input) (bindings.Outcome, error) {
		in.Keeper = w.memory
		return p.RunJob(ctx, in, bindings.JobRun{
			ID: j.ID, Kind: string(j.Kind), Name: j.Name, Args: j.Args, Due: j.Due, Step: j.Step, Attempt: j.Attempt, Pieces: pieces,
		})
	}
	w.stand(&place{})
	if f.pushes.enter(w) == runs {
		f.run(f.life, w)
	}
	if !w.timed.ended {
		f.endJob(a, j, f.unfinished(w))
	}
}

// runKey tells the runs of jobs apart from each other and from pushes.
func runKey(j store.Job) (key [16]byte) {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("job\x00"), uint64(j.Run())))
	copy(key[:], sum[:])
	return key
}

// endJob ends a job of which nothing ran, or whose run left no word.
func (f *Fleet) endJob(a *Account, j store.Job, end func(store.Job) store.JobEnd) {
	var e store.JobEnd
	err := f.o.Store.EndJob(context.WithoutCancel(f.life), j, func(now store.Job) store.JobEnd {
		e = end(now).Decided(now)
		return e
	})
	if err != nil {
		if !errors.Is(err, store.ErrClaimed) {
			f.o.Log.Error("what became of a job cannot be written; it is found out within a minute", "account", a.name, "job", j.ID, "error", err)
		}
		return
	}
	f.afterJob(a.name, j, e)
}
