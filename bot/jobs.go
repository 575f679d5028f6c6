package bot

import (
	"container/heap"
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// jobsAtOnce is how many jobs run at once in this process, jobsOfOne how many of one account: what fans wait for
	// comes first.
	jobsAtOnce = 64
	jobsOfOne  = 4
	// jobsLook is how soon jobs are looked for at the latest: a clock may have been set.
	jobsLook = 5 * time.Second
	// jobsAgain is how soon an account is looked at again that has jobs and does not serve, or whose jobs are held.
	jobsAgain = 2 * time.Second
	// jobsOthers is how soon this process learns of jobs that another has left.
	jobsOthers = 5 * time.Second
	// jobsLost is how soon it notices a run that it could not end, as with a full disk.
	jobsLost = time.Minute
)

// jobs says when the jobs of which account are looked for. It knows when the first job of each account is due; what there
// is to do stands in the store alone. An account is looked at by one goroutine at a time, which takes one job, lets the
// account be looked at again and runs it. Accounts that have something to do take turns.
type jobs struct {
	log   *slog.Logger
	now   func() time.Time
	poked chan struct{} // capacity 1: there may be something to do
	work  sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]*jobAccount
	waiting  jobHeap       // those with a job that is not due yet
	ready    []*jobAccount // those with one that is due, in the order in which they are looked at
	running  int           // looks and runs
	runs     map[int64]context.CancelCauseFunc
	others   time.Time // when it was last looked what other processes have left
	asked    bool      // that shall be done now
	looking  bool      // it is being looked
}

// jobAccount is an account that has, or may have, jobs.
type jobAccount struct {
	name    string
	at      time.Time // when its first job is due
	place   int       // in waiting; -1 = not there
	looked  bool      // it is ready, or looked at
	again   bool      // at came while it was
	running int
	most    int    // that run at once
	synced  string // the release whose every are in the store; of who looks
}

func newJobs(o Options) *jobs {
	return &jobs{log: o.Log, now: o.Now, poked: make(chan struct{}, 1), accounts: map[string]*jobAccount{}, runs: map[int64]context.CancelCauseFunc{}}
}

// wake says that a job of the account is due then; the zero time: the account serves something else.
func (j *jobs) wake(name string, due time.Time) {
	j.mu.Lock()
	j.put(name, due)
	j.mu.Unlock()
	j.poke()
}

func (j *jobs) put(name string, due time.Time) {
	a := j.accounts[name]
	if a == nil {
		a = &jobAccount{name: name, place: -1, most: 1}
		j.accounts[name] = a
	}
	switch {
	case a.looked:
		if !a.again || due.Before(a.at) {
			a.at, a.again = due, true
		}
	case a.place < 0:
		a.at = due
		heap.Push(&j.waiting, a)
	case due.Before(a.at):
		a.at = due
		heap.Fix(&j.waiting, a.place)
	}
}

func (j *jobs) poke() {
	select {
	case j.poked <- struct{}{}:
	default:
	}
}

// look has it looked for what other processes have left.
func (j *jobs) look() {
	j.mu.Lock()
	j.asked = true
	j.mu.Unlock()
	j.poke()
}

// next is an account that may be looked at now, and how long there is none.
func (j *jobs) next() (a *jobAccount, wait time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	for len(j.waiting) > 0 && !j.waiting[0].at.After(now) {
		a := heap.Pop(&j.waiting).(*jobAccount)
		a.looked, a.again = true, false
		j.ready = append(j.ready, a)
	}
	if j.running < jobsAtOnce {
		for i, a := range j.ready {
			if a.running < a.most {
				j.ready = append(j.ready[:i:i], j.ready[i+1:]...)
				a.running++
				j.running++
				return a, 0
			}
		}
	}
	wait = jobsLook
	if len(j.waiting) > 0 {
		wait = min(wait, j.waiting[0].at.Sub(now))
	}
	return nil, max(wait, time.Millisecond)
}

// seen ends a look: the next job of the account is due then; zero: there is none. So many may run at once.
func (j *jobs) seen(a *jobAccount, next time.Time, most int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	a.most = most
	at, again := a.at, a.again
	a.looked, a.again = false, false
	if again && (next.IsZero() || at.Before(next)) {
		next = at
	} else if next.IsZero() {
		return
	}
	j.put(a.name, next)
}

// done ends what a look has begun.
func (j *jobs) done(a *jobAccount) {
	j.mu.Lock()
	a.running--
	j.running--
	j.mu.Unlock()
	j.poke()
}

// begin makes a run known before it is in the store.
func (j *jobs) begin(run int64, cancel context.CancelCauseFunc) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.runs[run] = cancel
}

func (j *jobs) end(run int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.runs, run)
}

// runsHere reports whether this process is at a run.
func (j *jobs) runsHere(run int64) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.runs[run] != nil
}

// cancel stops a run of this process.
func (j *jobs) cancel(run int64, why error) {
	j.mu.Lock()
	cancel := j.runs[run]
	j.mu.Unlock()
	if cancel != nil {
		cancel(why)
	}
}

// dueForOthers reports whether it is time to look what other processes have left.
func (j *jobs) dueForOthers(every time.Duration) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	if since := now.Sub(j.others); !j.asked && since >= 0 && since < every {
		return false
	}
	j.others, j.asked, j.looking = now, false, true
	return true
}

// lookedAtOthers says that what dueForOthers began is over.
func (j *jobs) lookedAtOthers() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.looking = false
}

// jobHeap has the account first whose job is due first.
type jobHeap []*jobAccount

func (h jobHeap) Len() int           { return len(h) }
func (h jobHeap) Less(a, b int) bool { return h[a].at.Before(h[b].at) }
func (h jobHeap) Swap(a, b int) {
	h[a], h[b] = h[b], h[a]
	h[a].place, h[b].place = a, b
}

func (h *jobHeap) Push(x any) {
	a := x.(*jobAccount)
	a.place = len(*h)
	*h = append(*h, a)
}

func (h *jobHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = nil
	*h, a.place = (*h)[:last], -1
	return a
}
