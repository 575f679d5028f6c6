package bot

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Fleet is all accounts of one process. Safe for concurrent use.
type Fleet struct {
	o        Options
	accounts *accounts
	loader   *loader
	menus    *menus
	saver    *saver
	pushes   *pushes
	jobs     *jobs
	tracing  tracing
	rows     rows
	stirred  chan struct{} // capacity 1: conversations are due
	wakers   chan struct{} // conversations that are being woken
	listed   bool          // the folder of scripts was there at the start
	ready    chan struct{}

	// life is the bot's own context: turns live on it, not on their requests, and end with it. It is the
	// one context that is stored, because no caller of Receive could pass it in.
	life   context.Context
	beyond context.Context // for what is still to be written down when life has ended
	stop   context.CancelFunc
}

// NewFleet makes a fleet that has no accounts until Run has listed them.
func NewFleet(o Options) *Fleet {
	o = o.withDefaults()
	list := newAccounts()
	m := newMenus(o, list)
	l := newLoader(o, list, m)
	j := newJobs(o)
	l.served = func(name string) { j.wake(name, time.Time{}) }
	f := &Fleet{o: o, accounts: list, loader: l, menus: m, saver: l.saver, pushes: newPushes(o.Store.Alone), ready: make(chan struct{}), stirred: make(chan struct{}, 1), wakers: make(chan struct{}, wakersAtOnce), jobs: j, tracing: newTracing()}
	f.life, f.stop = context.WithCancel(context.Background())
	f.beyond = context.WithoutCancel(f.life)
	return f
}

// Ready is closed once every folder was listed and what the store kept was taken up. It waits for no load.
func (f *Fleet) Ready() <-chan struct{} { return f.ready }

// Account is the account of that name; nil when there is none, and when it is disabled.
func (f *Fleet) Account(name string) *Account {
	if a := f.accounts.all()[name]; a != nil && !a.row().disabled() {
		return a
	}
	return nil
}

// Accounts are all accounts, by name, those too that are disabled or gone.
func (f *Fleet) Accounts() []Status {
	all, gone := f.accounts.all(), f.rows.goneNow()
	list := make([]Status, 0, len(all)+len(gone))
	for _, a := range all {
		list = append(list, a.Status())
	}
	for name, a := range gone {
		if all[name] == nil {
			list = append(list, Status{Name: name, AppID: a.AppID, State: StateGone, Loaded: true})
		}
	}
	slices.SortFunc(list, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// remove ends accounts whose folders are gone. Their running turns finish.
func (f *Fleet) remove(names []string) {
	for _, a := range f.accounts.remove(names) {
		a.loaded()
		if !f.o.Published {
			f.rows.went(a)
			f.saver.queue.put(a.name, false)
		}
		f.loader.retire(a.current.Load())
		a.old.forget(f.loader)
		if f.o.Events.Account != nil {
			f.o.Events.Account(AccountReport{Name: a.name, Gone: true})
		}
	}
	f.loader.neighbours(names)
}

// Held are the builds of an account that must be kept because they serve.
func (f *Fleet) Held(account string) []string {
	if a := f.accounts.all()[account]; a != nil {
		return a.held()
	}
	return nil
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
