package bot

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// accounts are those of the fleet, by name. The map is replaced as a whole when one comes or goes, so that no message
// takes a lock.
type accounts struct {
	byName     atomic.Pointer[map[string]*Account]
	mu         sync.Mutex                 // of whoever replaces the map
	conversing atomic.Bool                // fans of some account may be in conversations
	claimed    map[string]map[string]bool // app_id → accounts that claim it; guarded by mu
}

func newAccounts() *accounts {
	l := &accounts{claimed: map[string]map[string]bool{}}
	l.byName.Store(&map[string]*Account{})
	return l
}

// all must not be changed.
func (l *accounts) all() map[string]*Account { return *l.byName.Load() }

// add makes accounts of names that are new, and returns those.
func (l *accounts) add(names []string, now func() time.Time) (added []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all()
	next := make(map[string]*Account, len(all)+len(names))
	maps.Copy(next, all)
	for _, name := range names {
		if next[name] == nil {
			next[name] = newAccount(name, now)
			added = append(added, name)
		}
	}
	if len(added) > 0 {
		l.byName.Store(&next)
	}
	return added
}

// addAccount takes in an account that was made already.
func (l *accounts) addAccount(a *Account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all()[a.name] != nil {
		return
	}
	next := maps.Clone(l.all())
	next[a.name] = a
	l.byName.Store(&next)
}

func (l *accounts) remove(names []string) (gone []*Account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := maps.Clone(l.all())
	for _, name := range names {
		if a := next[name]; a != nil {
			delete(next, name)
			gone = append(gone, a)
			if rel := a.current.Load(); rel != nil {
				delete(l.claimed[rel.config.AppID], name)
			}
		}
	}
	l.byName.Store(&next)
	return gone
}

// claim notes which app_id an account claims, and names another account that claims the same; "" for none.
func (l *accounts) claim(a *Account, appID string) (twin string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old := a.current.Load(); old != nil && old.config.AppID != appID {
		delete(l.claimed[old.config.AppID], a.name)
	}
	same := l.claimed[appID]
	if same == nil {
		same = make(map[string]bool, 1)
		l.claimed[appID] = same
	}
	same[a.name] = true
	for name := range same {
		if name != a.name && (twin == "" || name < twin) {
			twin = name
		}
	}
	return twin
}
