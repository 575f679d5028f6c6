package engine

import (
	"runtime"
	"sync"
	"weak"
)

// cache shares what was compiled between builds, for as long as one of them holds it. The zero value is empty.
type cache[K comparable, V any] struct {
	mu   sync.Mutex
	made map[K]weak.Pointer[V]
}

// get answers nil for what nobody holds.
func (c *cache[K, V]) get(key K) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[key].Value()
}

func (c *cache[K, V]) put(key K, v *V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil {
		c.made = map[K]weak.Pointer[V]{}
	}
	c.made[key] = weak.Make(v)
	runtime.AddCleanup(v, c.drop, key)
}

func (c *cache[K, V]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made[key].Value() == nil {
		delete(c.made, key)
	}
}
