package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"moonwire/bindings"
	"moonwire/llm"
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

// loader makes the folders of accounts serve: those that have changed, one after the other, and those that it is asked
// for.
type loader struct {
	o        Options
	accounts *accounts
	menus    *menus
	saver    *saver
	queue    *loadQueue
	served   func(account string) // is told that something else serves
	zones    bindings.Zones
	uploads  *uploads
	standIn  llm.Doer // carries questions to the stand-in model
	thinkers llm.Thinkers

	// Loads that take long go on beside the loaders; those that hang are given up.
	beside     *semaphore.Weighted
	outlasting sync.WaitGroup
	hanging    hanging
}

func newLoader(o Options, list *accounts, m *menus) *loader {
	queue := newLoadQueue(o.After, o.Now)
	o.Resolver.Known = list.known
	return &loader{
		o: o, accounts: list, menus: m, queue: queue, saver: newSaver(o, list, queue),
		uploads: &uploads{store: o.Store, now: o.Now, log: o.Log}, standIn: llm.NewDoer(),
		beside: semaphore.NewWeighted(loadsBeside), hanging: hanging{names: map[string]int{}},
	}
}

// neighbours looks again at accounts that may have named what belongs to those that came or went.
func (l *loader) neighbours(moved []string) {
	all := l.accounts.all()
	for _, name := range moved {
		for _, beside := range l.o.Resolver.Beside(name) {
			if a := all[beside]; a != nil {
				a.loading.again()
				l.queue.put(beside, false)
			}
		}
	}
}

// loadRun is one look at an account's folder.
type loadRun struct {
	cancel  context.CancelFunc
	asked   bool // somebody asked for it, who says that the save is done
	done    chan struct{}
	report  SaveReport // once it is done
	givenUp bool       // guarded by the account's loading
}

// hanging are the loads that were given up and have not come back.
type hanging struct {
	mu    sync.Mutex
	names map[string]int
	all   int
}

// Hanging names, in alphabetical order, the accounts of which a load was given up that still hangs.
func (f *Fleet) Hanging() []string {
	h := &f.loader.hanging
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.names))
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

// run looks at folders, one after the other, until ctx ends. What takes long goes on beside it.
func (l *loader) run(ctx context.Context) {
	for {
		name, ok := l.queue.next(ctx)
		if !ok {
			return
		}
		a := l.accounts.all()[name]
		switch {
		case a == nil:
			l.queue.done(name, false)
			continue
		case !l.hanging.admits(name):
			l.queue.done(name, true)
			l.queue.putAfter(name, loadAgain)
			continue
		}
		t := l.start(ctx, a, false)
		if l.o.After.ended(ctx, t.done, loadHurry) {
			l.queue.done(name, false)
			continue
		}
		if l.beside.Acquire(ctx, 1) != nil {
			l.o.After.ended(ctx, t.done, loadGrace)
			return
		}
		l.outlasting.Go(func() {
			defer l.beside.Release(1)
			l.outlast(ctx, a, t)
		})
	}
}

// start begins a load. Nobody waits for ever for its end: the operating system may keep it.
func (l *loader) start(ctx context.Context, a *Account, asked bool) *loadRun {
	ctx, cancel := context.WithCancel(ctx)
	t := &loadRun{cancel: cancel, asked: asked, done: make(chan struct{})}
	a.loading.start(t)
	go func() {
		l.load(ctx, a, t)
		cancel()
		if a.loading.left(t) {
			l.hanging.add(a.name, -1)
			l.queue.put(a.name, false)
		}
		close(t.done)
	}()
	return t
}

// outlast sees a load through that takes long, and gives it up when it takes too long.
func (l *loader) outlast(ctx context.Context, a *Account, t *loadRun) {
	for !l.o.After.ended(ctx, t.done, l.o.LoadTime-loadHurry) {
		if ctx.Err() != nil {
			return
		}
		if l.giveUp(a, t) {
			l.gaveUp(a)
			break
		}
	}
	l.queue.done(a.name, true)
}

// giveUp lets a load count for nothing; false when it is past the point where it could hang.
func (l *loader) giveUp(a *Account, t *loadRun) bool {
	if !a.loading.giveUp(t) {
		return false
	}
	l.hanging.add(a.name, 1)
	t.cancel()
	return true
}

// gaveUp says that a load hangs. What served goes on serving.
func (l *loader) gaveUp(a *Account) {
	report := SaveReport{Account: a.name, First: a.current.Load() == nil}
	err := fmt.Errorf("loading has not ended after %s and is given up: the folder, or a file that account.yaml names, does not answer; "+
		"the next save is tried anew", l.o.LoadTime)
	l.swap(a, nil, err, report, l.o.Now().Add(-l.o.LoadTime))
	a.loaded()
}
