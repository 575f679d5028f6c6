package bot

import (
	"context"
	"sync"
)

// loadQueue holds the names of accounts whose folders are to be looked at, each once. Accounts that somebody
// asks for come first. A name that is put in while its folder is being looked at is handed out again
// afterwards, never to two workers at once.
type loadQueue struct {
	mu      sync.Mutex
	urgent  []string
	patient []string
	queued  map[string]bool // name → urgent
	busy    map[string]bool // name → again
	wake    chan struct{}
}

func newLoadQueue() *loadQueue {
	return &loadQueue{queued: make(map[string]bool), busy: make(map[string]bool), wake: make(chan struct{}, 1)}
}

// put asks for a look at a folder.
func (q *loadQueue) put(name string, urgent bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, running := q.busy[name]; running {
		if !urgent {
			q.busy[name] = true
		}
		return
	}
	was, known := q.queued[name]
	if known && (was || !urgent) {
		return
	}
	q.queued[name] = urgent
	if urgent {
		q.urgent = append(q.urgent, name)
	} else {
		q.patient = append(q.patient, name)
	}
	q.rouse()
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
	for len(q.urgent)+len(q.patient) > 0 {
		urgent := len(q.urgent) > 0
		if urgent {
			name, q.urgent = q.urgent[0], q.urgent[1:]
		} else {
			name, q.patient = q.patient[0], q.patient[1:]
		}
		if was, known := q.queued[name]; !known || was != urgent {
			continue // it was moved to the front meanwhile
		}
		delete(q.queued, name)
		q.busy[name] = false
		if len(q.urgent)+len(q.patient) > 0 {
			q.rouse() // another worker may have missed its wake
		}
		return name, true
	}
	return "", false
}

// done ends the look at a folder.
func (q *loadQueue) done(name string) {
	q.mu.Lock()
	again := q.busy[name]
	delete(q.busy, name)
	q.mu.Unlock()
	if again {
		q.put(name, false)
	}
}
