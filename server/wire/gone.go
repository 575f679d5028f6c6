package wire

import (
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// moment is how long a peer is taken to wait for its answer without a look.
	moment = 5 * time.Millisecond
	// watchEvery is how often is looked who has hung up, while somebody wants to know.
	watchEvery = 20 * time.Millisecond
)

// watcher tells those who wait that their peers have hung up. It looks at the connections of those who asked, and
// leaves what has arrived on them where it is.
type watcher struct {
	mu    sync.Mutex
	posts map[*Post]struct{}
	runs  bool
}

func (w *watcher) watch(p *Post) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.posts == nil {
		w.posts = map[*Post]struct{}{}
	}
	w.posts[p] = struct{}{}
	if !w.runs {
		w.runs = true
		go w.run()
	}
}

func (w *watcher) forget(p *Post) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.posts, p)
}

// run looks until nobody waits.
func (w *watcher) run() {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for range tick.C {
		all := w.all()
		if all == nil {
			return
		}
		for _, p := range all {
			if p.conn.hungUp() {
				p.leave()
				w.forget(p)
			}
		}
	}
}

// all are those who wait; nil ends the run.
func (w *watcher) all() []*Post {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.posts) == 0 {
		w.runs = false
		return nil
	}
	return slices.Collect(maps.Keys(w.posts))
}
