package store

import (
	"strings"
	"sync"
)

// fresh names what the open transaction has changed. Reads of anything else need not queue behind
// the writer and its wait for the disk: they go to the committed state.
type fresh struct {
	mu    sync.Mutex
	names map[string]struct{}
}

// freshKey names a key of the key-value store, freshSession a fan's session.
func freshKey(account, key string) string        { return "k" + account + "\x00" + key }
func freshSession(account, openid string) string { return "s" + account + "\x00" + openid }

func (f *fresh) add(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names == nil {
		f.names = map[string]struct{}{}
	}
	f.names[name] = struct{}{}
}

// clear forgets all names once the transaction has ended.
func (f *fresh) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.names)
}

func (f *fresh) has(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.names[name]
	return ok
}

func (f *fresh) hasPrefix(prefix string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
