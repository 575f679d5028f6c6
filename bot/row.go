package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"moonwire/store"
)

// rowsEvery is how soon a process learns what another has decided of an account.
const rowsEvery = 2 * time.Second

// row is what the store says of an account, as far as this process knows.
type row store.AccountRow

// pinnedOver is the build that an operator has gone back to, as long as the folder has the mark that he went back from.
func (r row) pinnedOver(mark string) string {
	if r.PinnedOver == "" || r.PinnedOver != mark {
		return ""
	}
	return r.Build
}

// pins reports whether an operator has gone back to the build of that hash.
func (r row) pins(hash string) bool {
	return r.PinnedOver != "" && r.Build != "" && strings.HasPrefix(hash, r.Build)
}

// disabled reports whether nobody may be served.
func (r row) disabled() bool { return r.Disabled || r.Forgetting }

// row must not be changed.
func (a *Account) row() *row {
	if r := a.known.Load(); r != nil {
		return r
	}
	return &row{}
}

// learn changes what is known of the account's row.
func (a *Account) learn(change func(*row)) {
	a.learning.Lock()
	defer a.learning.Unlock()
	next := *a.row()
	change(&next)
	a.known.Store(&next)
}

// know reads the row of an account whose folder came after the rows were read.
func (l *loader) know(ctx context.Context, a *Account) error {
	if a.known.Load() != nil {
		return nil
	}
	one, _, err := l.o.Store.Account(ctx, a.name)
	if err != nil {
		return err
	}
	live, err := l.o.Store.Current(ctx, a.name)
	if err == nil {
		a.learn(func(r *row) { r.Account, r.Current = one, live })
	}
	return err
}

// rows are what the store said last of all accounts.
type rows struct {
	mu    sync.Mutex
	stamp store.Stamp
	read  bool
	gone  map[string]store.Account // whose folders are away
}

// goneNow are the accounts whose folders are away, by name.
func (r *rows) goneNow() map[string]store.Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.gone)
}

// went and came note that an account's folder is away, or back.
func (r *rows) went(a *Account) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone == nil {
		r.gone = map[string]store.Account{}
	}
	one := a.row().Account
	one.Name = a.name
	if rel := a.current.Load(); rel != nil {
		one.AppID = rel.config.AppID
	}
	r.gone[a.name] = one
}

func (r *rows) came(names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range names {
		delete(r.gone, name)
	}
}

// readRows takes in what the store says of all accounts, if anything has changed since the last time.
func (f *Fleet) readRows(ctx context.Context) error {
	stamp, err := f.o.Store.Stamp(ctx)
	if err != nil {
		return err
	}
	f.rows.mu.Lock()
	known := f.rows.read && stamp == f.rows.stamp
	f.rows.mu.Unlock()
	if known {
		return nil
	}
	all, err := f.o.Store.AccountRows(ctx)
	if err != nil {
		return err
	}
	if f.o.Published {
		f.listPublished(all)
	}
	accounts := f.accounts.all()
	for name, a := range accounts {
		f.heed(a, all[name])
	}
	f.rows.mu.Lock()
	defer f.rows.mu.Unlock()
	f.rows.stamp, f.rows.read, f.rows.gone = stamp, true, map[string]store.Account{}
	for name, r := range all {
		if accounts[name] == nil && !f.o.Published {
			r.Account.Name = name
			f.rows.gone[name] = r.Account
		}
	}
	return nil
}

// heed does what the row of an account says that another process may have written. What it says may be older than what
// this process has written meanwhile.
func (f *Fleet) heed(a *Account, now store.AccountRow) {
	var was row
	a.learn(func(r *row) {
		was = *r
		if now.Seq < r.Seq {
			now.Current, now.Hash = r.Current, r.Hash
		}
		if now.ChangedAt.Before(r.ChangedAt) {
			now.Account = r.Account
		}
		*r = row(now)
	})
	if was.Seq != now.Seq && (f.o.Published || was.PinnedOver != now.PinnedOver || now.PinnedOver != "" && was.Build != now.Build) {
		f.loader.queue.put(a.name, false)
	}
}

// listPublished makes an account of each that something is live of, and ends the others.
func (f *Fleet) listPublished(all map[string]store.AccountRow) {
	var here, gone []string
	for name, r := range all {
		if r.Build != "" {
			here = append(here, name)
		}
	}
	for name := range f.accounts.all() {
		if all[name].Build == "" {
			gone = append(gone, name)
		}
	}
	slices.Sort(here)
	added := f.accounts.add(here, f.o.Now)
	for _, name := range added {
		f.loader.queue.put(name, false)
	}
	f.loader.neighbours(added)
	if len(gone) > 0 {
		f.remove(gone)
	}
}

// followRows looks every now and then what other processes have decided.
func (f *Fleet) followRows(ctx context.Context) {
	polls := f.o.Polls
	if polls == nil {
		every := rowsEvery
		if f.o.Published && f.o.Poll > 0 {
			every = f.o.Poll
		}
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		polls = ticker.C
	}
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-polls:
		}
		err := f.readRows(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			f.o.Log.Warn("what other processes have decided of accounts cannot be read; it is tried again", "error", err.Error())
		}
		failing = err != nil
	}
}

// firstRows reads the rows before any folder is loaded, and notes which folders have gone meanwhile.
func (f *Fleet) firstRows(ctx context.Context) error {
	if err := f.readRows(ctx); err != nil {
		return fmt.Errorf("read what is known of the accounts: %w", err)
	}
	if f.o.Published || !f.listed {
		return nil
	}
	for name, a := range f.rows.goneNow() {
		if a.GoneAt.IsZero() {
			f.saver.queue.put(name, false)
		}
	}
	return nil
}
