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
	// buildPercent is GOGC while many builds are made. Of what compiling allocates nine tenths are garbage, and
	// lower values make loading ten thousand accounts take half as long again.
	buildPercent = 70
	// tightFor is how long after the last reason the collector works as usual again.
	tightFor = 5 * time.Second
	// manyBuilds within one look of relax are a reason too: a start of many accounts, or a change that
	// touches them all.
	manyBuilds = 100
)

// Collector makes Go's garbage collector work harder while some turn makes the process grow, and while many
// builds are made. It changes debug.SetGCPercent, of which a process has one: so a program has one Collector,
// for all of its engines.
type Collector struct {
	mu      sync.Mutex
	holders map[*Engine]time.Duration // when each last asked, on its clock
	normal  int                       // what GOGC is without us
	now     int                       // what it is while there are holders
	builds  int
}

// built is called for each build that was made.
func (c *Collector) built(e *Engine, now time.Duration) {
	if c == nil {
		return
	}
	c.mu.Lock()
	c.builds++
	many := c.builds >= manyBuilds
	c.mu.Unlock()
	if many {
		c.hold(e, now, buildPercent)
	}
}

// tighten is called while a turn of e is under suspicion.
func (c *Collector) tighten(e *Engine, now time.Duration) {
	if c != nil {
		c.hold(e, now, tightPercent)
	}
}

// hold makes GOGC percent at most until e is released.
func (c *Collector) hold(e *Engine, now time.Duration, percent int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.holders) == 0 {
		c.holders = map[*Engine]time.Duration{}
		c.normal = debug.SetGCPercent(percent)
		c.now = percent
		if c.normal >= 0 && c.normal < percent {
			c.now = c.normal
			debug.SetGCPercent(c.normal)
		}
	}
	if c.holders[e] = now; percent < c.now {
		c.now = percent
		debug.SetGCPercent(percent)
	}
}

// relax undoes it unless e had a reason since before. After many builds the machine gets back what making
// them took: left to itself, the runtime would keep twice of what the builds need.
func (c *Collector) relax(e *Engine, before time.Duration) {
	if c == nil {
		return
	}
	if c.release(e, before) {
		debug.FreeOSMemory()
	}
}

func (c *Collector) release(e *Engine, before time.Duration) (free bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked, tight := c.holders[e]
	if tight && asked > before {
		return false
	}
	if delete(c.holders, e); len(c.holders) > 0 {
		return false
	}
	if tight {
		debug.SetGCPercent(c.normal)
	}
	free = c.builds >= manyBuilds
	c.builds = 0
	return free
}
