package store

import (
	"strings"
	"sync"
)

// unsettled names what the open transaction has changed. Reads of anything else need not queue behind
// the writer and its wait for the disk: they go to the committed state.
type unsettled struct {
	mu    sync.Mutex
	names map[string]struct{}
}

// keyName names a key of the key-value store, sessionName a fan's session.
func keyName(account, key string) string        { return "k" + account + "\x00" + key }
func sessionName(account, openid string) string { return "s" + account + "\x00" + openid }

func (f *unsettled) add(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names == nil {
		f.names = map[string]struct{}{}
	}
	f.names[name] = struct{}{}
}

// clear forgets all names once the transaction has ended.
func (f *unsettled) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.names)
}

func (f *unsettled) has(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.names[name]
	return ok
}

func (f *unsettled) hasPrefix(prefix string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
