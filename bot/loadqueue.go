package bot

import (
	"context"
	"sync"
	"time"
)

// rank says which names of a loadQueue come first.
type rank int

const (
	urgent   rank = iota // somebody waits for it
	ordinary             // the others
	heavy                // those that took long the last time: they come last, and one at a time
	ranks
)

// heavyShare lets one name in so many be a heavy one although others wait.
const heavyShare = 8

// loadQueue holds the names of accounts whose folders are to be looked at, each once. A name that is put in
// while its folder is being looked at is handed out again afterwards, never to two workers at once.
type loadQueue struct {
	mu     sync.Mutex
	names  [ranks][]string
	queued map[string]rank
	busy   map[string]bool // name → again
	heavy  map[string]bool // names that took long the last time
	weight int             // heavy names that are busy
	taken  int
	later  map[string]laterPut
	wake   chan struct{}
	idle   map[string]chan struct{} // closed when nobody is busy with the name any more; made by who waits for that
	after  After
	now    func() time.Time
}

// laterPut is a name that comes back by itself.
type laterPut struct {
	due  time.Time
	stop func() bool
}

func newLoadQueue(after After, now func() time.Time) *loadQueue {
	return &loadQueue{
		after: after, now: now, idle: map[string]chan struct{}{},
		queued: map[string]rank{}, busy: map[string]bool{}, heavy: map[string]bool{}, later: map[string]laterPut{},
		wake: make(chan struct{}, 1),
	}
}

// put asks for a look at a folder.
func (q *loadQueue) put(name string, hurry bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, running := q.busy[name]; running {
		if !hurry {
			q.busy[name] = true
		}
		return
	}
	r := ordinary
	switch {
	case hurry:
		r = urgent
	case q.heavy[name]:
		r = heavy
	}
	if was, known := q.queued[name]; known && was <= r {
		return
	}
	q.queued[name] = r
	q.names[r] = append(q.names[r], name)
	q.rouse()
}

// putAfter asks for a look when some time has passed. Of several such wishes for a name the earliest counts.
func (q *loadQueue) putAfter(name string, wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	due := q.now().Add(wait)
	if before, waiting := q.later[name]; waiting && (!due.Before(before.due) || !before.stop()) {
		return
	}
	q.later[name] = laterPut{due, q.after(wait, func() {
		q.mu.Lock()
		delete(q.later, name)
		q.mu.Unlock()
		q.put(name, false)
	})}
}

func (q *loadQueue) rouse() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// next waits for a name; ok is false when ctx has ended. The name is busy until done.
func (q *loadQueue) next(ctx context.Context) (name string, ok bool) {
	for ctx.Err() == nil {
		if name, ok = q.take(); ok {
			return name, true
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
		}
	}
	return "", false
}

func (q *loadQueue) take() (name string, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	order := []rank{urgent, ordinary, heavy}
	if q.taken++; q.taken%heavyShare == 0 {
		order = []rank{urgent, heavy, ordinary}
	}
	for _, r := range order {
		if r == heavy && q.weight > 0 {
			continue
		}
		if name, ok = q.first(r); ok {
			q.busy[name] = false
			if q.heavy[name] {
				q.weight++
			}
			q.rouse() // another worker may have missed its wake
			return name, true
		}
	}
	return "", false
}

// first takes the first name of a rank that was not moved to another one meanwhile.
func (q *loadQueue) first(r rank) (name string, ok bool) {
	for len(q.names[r]) > 0 {
		name, q.names[r] = q.names[r][0], q.names[r][1:]
		if is, known := q.queued[name]; known && is == r {
			delete(q.queued, name)
			return name, true
		}
	}
	return "", false
}

// hold waits until nobody is busy with a name, and makes it the caller's until done; false when ctx has ended.
func (q *loadQueue) hold(ctx context.Context, name string) bool {
	for ctx.Err() == nil {
		idle := q.holdNow(name)
		if idle == nil {
			return true
		}
		select {
		case <-idle:
		case <-ctx.Done():
		}
	}
	return false
}

// holdNow says when to try again; nil: the name is the caller's.
func (q *loadQueue) holdNow(name string) (idle <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, running := q.busy[name]; running {
		if q.idle[name] == nil {
			q.idle[name] = make(chan struct{})
		}
		return q.idle[name]
	}
	_, again := q.queued[name]
	delete(q.queued, name)
	q.busy[name] = again
	if q.heavy[name] {
		q.weight++
	}
	return nil
}

// done ends the look at a folder; long says that it was one that took its time.
func (q *loadQueue) done(name string, long bool) {
	q.mu.Lock()
	again := q.busy[name]
	delete(q.busy, name)
	if idle := q.idle[name]; idle != nil {
		close(idle)
		delete(q.idle, name)
	}
	if q.heavy[name] {
		q.weight--
		q.rouse()
	}
	if delete(q.heavy, name); long {
		q.heavy[name] = true
	}
	q.mu.Unlock()
	if again {
		q.put(name, false)
	}
}
