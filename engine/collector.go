package engine

import (
	"runtime/debug"
	"sync"
	"time"
)

const (
	// tightPercent is Go's GOGC while a turn is suspected of holding too much. With the usual 100 a turn that
	// holds 32 MiB makes the process grow by twice as much before its garbage is looked for.
	tightPercent = 30
	// tightFor is how long after the last suspicion the collector works as usual again.
	tightFor = 5 * time.Second
)

// Collector makes Go's garbage collector work harder while some turn makes the process grow. It changes
// debug.SetGCPercent, of which a process has one: so a program has one Collector, for all of its engines.
type Collector struct {
	mu      sync.Mutex
	holders map[*Engine]time.Duration // when each last asked, on its clock
	normal  int
}

// tighten is called while a turn of e is under suspicion.
func (c *Collector) tighten(e *Engine, now time.Duration) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.holders) == 0 {
		c.holders = map[*Engine]time.Duration{}
		c.normal = debug.SetGCPercent(tightPercent)
		if c.normal >= 0 && c.normal < tightPercent {
			debug.SetGCPercent(c.normal)
		}
	}
	c.holders[e] = now
}

// relax undoes it unless some turn was suspected since before.
func (c *Collector) relax(e *Engine, before time.Duration) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked, ok := c.holders[e]; !ok || asked > before {
		return
	}
	if delete(c.holders, e); len(c.holders) == 0 {
		debug.SetGCPercent(c.normal)
	}
}
