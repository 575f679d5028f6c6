package bot

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"moonwire/account"
)

// accounts are those of the fleet, by name. The map is replaced as a whole when one comes or goes, so that no message
// takes a lock.
type accounts struct {
	byName     atomic.Pointer[map[string]*Account]
	mu         sync.Mutex          // of whoever replaces the map
	conversing atomic.Bool         // fans of some account may be in conversations
	claimed    map[string][]string // app_id → accounts that claim it, in alphabetical order; guarded by mu
	spelled    map[string][]string // by account.VariableName; guarded by mu
}

func newAccounts() *accounts {
	l := &accounts{claimed: map[string][]string{}, spelled: map[string][]string{}}
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
			l.spell(name)
			added = append(added, name)
		}
	}
	if len(added) > 0 {
		l.byName.Store(&next)
	}
	return added
}

// addAccount takes in an account that was made already; false when one of its name is there.
func (l *accounts) addAccount(a *Account) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all()[a.name] != nil {
		return false
	}
	next := maps.Clone(l.all())
	next[a.name] = a
	l.spell(a.name)
	l.byName.Store(&next)
	return true
}

func (l *accounts) remove(names []string) (gone []*Account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := maps.Clone(l.all())
	for _, name := range names {
		if a := next[name]; a != nil {
			delete(next, name)
			l.unspell(name)
			gone = append(gone, a)
			if rel := a.current.Load(); rel != nil {
				l.unclaim(rel.config.AppID, name)
			}
		}
	}
	l.byName.Store(&next)
	return gone
}

func (l *accounts) spell(name string) {
	variable := account.VariableName(name)
	l.spelled[variable] = append(l.spelled[variable], name)
}

func (l *accounts) unspell(name string) {
	variable := account.VariableName(name)
	left := slices.DeleteFunc(slices.Clone(l.spelled[variable]), func(n string) bool { return n == name })
	if l.spelled[variable] = left; len(left) == 0 {
		delete(l.spelled, variable)
	}
}

// known are the accounts whose names are spelled alike as the beginning of variables. What is returned must not be changed.
func (l *accounts) known(variableName string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.spelled[variableName]
}

// claim notes which app_id an account claims, and names another account that claims the same; "" for none.
func (l *accounts) claim(a *Account, appID string) (twin string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old := a.current.Load(); old != nil && old.config.AppID != appID {
		l.unclaim(old.config.AppID, a.name)
	}
	same := l.claimed[appID]
	if i, there := slices.BinarySearch(same, a.name); !there {
		same = slices.Insert(same, i, a.name)
		l.claimed[appID] = same
	}
	for _, name := range same[:min(2, len(same))] {
		if name != a.name {
			return name
		}
	}
	return ""
}

func (l *accounts) unclaim(appID, name string) {
	same := l.claimed[appID]
	if i, there := slices.BinarySearch(same, name); there {
		if same = slices.Delete(same, i, i+1); len(same) == 0 {
			delete(l.claimed, appID)
			return
		}
		l.claimed[appID] = same
	}
}
