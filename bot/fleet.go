package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"moonwire/bindings"
)

// Fleet is all accounts of one process. Safe for concurrent use.
type Fleet struct {
	o      Options
	pushes *pushes
	loads  *loadQueue
	menus  *loadQueue // whose declared menus may have to be pushed
	zones  bindings.Zones
	ready  chan struct{}

	// Loads that take long go on beside the loaders; those that hang are given up.
	beside     *semaphore.Weighted
	outlasting sync.WaitGroup
	hanging    hanging

	// Pushes of menus that take long go on beside the pushers.
	slowPushes *semaphore.Weighted

	// accounts is replaced as a whole when an account comes or goes, so that no message takes a lock.
	accounts atomic.Pointer[map[string]*Account]
	mu       sync.Mutex                 // of whoever replaces accounts
	claimed  map[string]map[string]bool // app_id → accounts that claim it; guarded by mu

	// life is the bot's own context: turns live on it, not on their requests, and end with it. It is the
	// one context that is stored, because no caller of Receive could pass it in.
	life context.Context
	stop context.CancelFunc
}

// NewFleet makes a fleet that has no accounts until Run has listed them.
func NewFleet(o Options) *Fleet {
	f := &Fleet{
		o: o.withDefaults(), pushes: newPushes(o.Store.Alone), loads: newLoadQueue(), menus: newLoadQueue(), ready: make(chan struct{}),
		claimed: map[string]map[string]bool{}, beside: semaphore.NewWeighted(loadsBeside), hanging: hanging{names: map[string]int{}},
		slowPushes: semaphore.NewWeighted(menusBeside),
	}
	f.life, f.stop = context.WithCancel(context.Background())
	f.accounts.Store(&map[string]*Account{})
	return f
}

// Ready is closed once every folder was listed and what the store kept was taken up. It waits for no load.
func (f *Fleet) Ready() <-chan struct{} { return f.ready }

// Account is the account of that name, or nil.
func (f *Fleet) Account(name string) *Account { return (*f.accounts.Load())[name] }

// Accounts are all accounts, by name.
func (f *Fleet) Accounts() []Status {
	all := *f.accounts.Load()
	list := make([]Status, 0, len(all))
	for _, a := range all {
		list = append(list, a.Status())
	}
	slices.SortFunc(list, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// add makes accounts of names that are new, and returns those.
func (f *Fleet) add(names []string) (added []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := *f.accounts.Load()
	next := make(map[string]*Account, len(all)+len(names))
	maps.Copy(next, all)
	for _, name := range names {
		if next[name] == nil {
			next[name] = newAccount(name, f.o.Now)
			added = append(added, name)
		}
	}
	if len(added) > 0 {
		f.accounts.Store(&next)
	}
	return added
}

// remove ends accounts whose folders are gone. Their running turns finish.
func (f *Fleet) remove(names []string) {
	f.mu.Lock()
	next := maps.Clone(*f.accounts.Load())
	var gone []*Account
	for _, name := range names {
		if a := next[name]; a != nil {
			delete(next, name)
			gone = append(gone, a)
			if rel := a.current.Load(); rel != nil {
				delete(f.claimed[rel.config.AppID], name)
			}
		}
	}
	f.accounts.Store(&next)
	f.mu.Unlock()
	for _, a := range gone {
		a.loaded()
		f.retire(a.current.Load())
		if f.o.Events.Account != nil {
			f.o.Events.Account(AccountReport{Name: a.name, Gone: true})
		}
	}
}

// Drain takes no new turns and waits for the running ones and what follows them, until ctx ends; then it
// stops them as interrupted. It returns ctx's error when it had to.
func (f *Fleet) Drain(ctx context.Context) error {
	f.pushes.draining.Store(true)
	for _, d := range f.pushes.lost(f.o.Now()) { // takes every shard's lock: later turns see draining
		f.followLate(d)
	}
	idle := make(chan struct{})
	go func() {
		f.pushes.busy.Wait()
		close(idle)
	}()
	defer f.stop()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	f.stop()
	<-idle
	return ctx.Err()
}
