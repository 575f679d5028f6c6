package bot

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// How long a load may take.
const (
	// loadHurry is how long one load may keep a loader from the next account; then it goes on beside it.
	loadHurry = 500 * time.Millisecond
	// loadTime is after how long a load is given up: its folder, or a file that it names, hangs.
	loadTime = 10 * time.Second
	// loadsBeside is how many loads may go on beside the loaders.
	loadsBeside = 16
	// Loads that were given up and hang hold a thread each: so many of one account, and of all.
	hangingOfOne = 4
	hangingOfAll = 256
	// loadAgain is how soon an account is looked at again by itself whose trouble lies outside of its folder.
	loadAgain = 30 * time.Second
	// loadGrace is how long the end of the process waits for loads, which it has cancelled.
	loadGrace = time.Second
)

// loadRun is one look at an account's folder.
type loadRun struct {
	cancel  context.CancelFunc
	done    chan struct{}
	givenUp bool // guarded by the account's loading
}

// hanging are the loads that were given up and have not come back.
type hanging struct {
	mu    sync.Mutex
	names map[string]int
	all   int
}

// Hanging names, in alphabetical order, the accounts of which a load was given up that still hangs.
func (f *Fleet) Hanging() []string {
	f.hanging.mu.Lock()
	defer f.hanging.mu.Unlock()
	names := make([]string, 0, len(f.hanging.names))
	for name := range f.hanging.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// admits says whether one more load of an account may hang.
func (h *hanging) admits(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.names[name] < hangingOfOne && h.all < hangingOfAll
}

func (h *hanging) add(name string, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all += n
	if h.names[name] += n; h.names[name] == 0 {
		delete(h.names, name)
	}
}

// loader looks at folders, one after the other, until ctx ends. What takes long goes on beside it.
func (f *Fleet) loader(ctx context.Context) {
	for {
		name, ok := f.loads.next(ctx)
		if !ok {
			return
		}
		a := f.Account(name)
		switch {
		case a == nil:
			f.loads.done(name, false)
			continue
		case !f.hanging.admits(name):
			f.loads.done(name, true)
			f.loads.putAfter(name, loadAgain)
			continue
		}
		t := f.startLoad(ctx, a)
		if ended(ctx, t.done, loadHurry) {
			f.loads.done(name, false)
			continue
		}
		if f.beside.Acquire(ctx, 1) != nil {
			ended(ctx, t.done, loadGrace)
			return
		}
		f.outlasting.Go(func() {
			defer f.beside.Release(1)
			f.outlast(ctx, a, t)
		})
	}
}

// startLoad begins a load. Nobody waits for ever for its end: the operating system may keep it.
func (f *Fleet) startLoad(ctx context.Context, a *Account) *loadRun {
	ctx, cancel := context.WithCancel(ctx)
	t := &loadRun{cancel: cancel, done: make(chan struct{})}
	a.loading.start(t)
	go func() {
		f.load(ctx, a, t)
		cancel()
		if a.loading.left(t) {
			f.hanging.add(a.name, -1)
			f.loads.put(a.name, false)
		}
		close(t.done)
	}()
	return t
}

// outlast sees a load through that takes long, and gives it up when it takes too long.
func (f *Fleet) outlast(ctx context.Context, a *Account, t *loadRun) {
	for !ended(ctx, t.done, f.o.LoadTime-loadHurry) {
		if ctx.Err() != nil {
			return
		}
		if a.loading.giveUp(t) {
			f.hanging.add(a.name, 1)
			t.cancel()
			f.gaveUp(a)
			break
		}
	}
	f.loads.done(a.name, true)
}

// gaveUp says that a load hangs. What served goes on serving.
func (f *Fleet) gaveUp(a *Account) {
	report := SaveReport{Account: a.name, First: a.current.Load() == nil}
	err := fmt.Errorf("loading has not ended after %s and is given up: the folder, or a file that account.yaml names, does not answer; "+
		"the next save is tried anew", f.o.LoadTime)
	f.swap(a, nil, err, report, f.o.Now().Add(-f.o.LoadTime))
	a.loaded()
}

// ended waits for done, for some time; when ctx ends, for loadGrace.
func ended(ctx context.Context, done <-chan struct{}, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	case <-ctx.Done():
	}
	timer.Reset(loadGrace)
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
