package transcript

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// clock is held: it moves when it is told to. What waits by it is known, so that it can be moved to just when something
// is due.
type clock struct {
	used atomic.Int64 // grows with all that anybody does with the clock

	mu       sync.Mutex
	now      time.Time
	waiting  timers
	made     int64
	sleepers int // of those that wait, the ones that hold somebody up
}

func newClock(now time.Time) *clock { return &clock{now: now} }

// timer is something that is due at a time.
type timer struct {
	at     time.Time
	made   int64 // the order of those that are due together
	fn     func()
	place  int // in the heap; -1 = over
	sleeps bool
}

// Now is the time.
func (c *clock) Now() time.Time {
	c.used.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After runs fn once d has passed by the clock, unless it is stopped before.
func (c *clock) After(d time.Duration, fn func()) (stop func() bool) { return c.set(d, fn, false) }

// Hold is After for what somebody waits for: the clock runs for it by itself.
func (c *clock) Hold(d time.Duration, fn func()) (stop func() bool) { return c.set(d, fn, true) }

func (c *clock) set(d time.Duration, fn func(), sleeps bool) (stop func() bool) {
	c.used.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	t := &timer{at: c.now.Add(max(d, 0)), made: c.made, fn: fn, sleeps: sleeps}
	heap.Push(&c.waiting, t)
	if sleeps {
		c.sleepers++
	}
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		if t.place < 0 {
			return false
		}
		heap.Remove(&c.waiting, t.place)
		c.over(t)
		return true
	}
}

func (c *clock) over(t *timer) {
	t.place = -1
	if t.sleeps {
		c.sleepers--
	}
}

// Sleep returns once d has passed by the clock, or with the error of ctx.
func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	over := make(chan struct{})
	stop := c.Hold(d, func() { close(over) })
	defer stop()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// held reports whether somebody sleeps.
func (c *clock) held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sleepers > 0
}

// next is when the first is due that waits; the zero time: nobody waits.
func (c *clock) next() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return time.Time{}
	}
	return c.waiting[0].at
}

// moveTo sets the clock, which never goes back, and starts what is due by then, the first due first.
func (c *clock) moveTo(t time.Time) {
	c.mu.Lock()
	if t.After(c.now) {
		c.now = t
	}
	var due []*timer
	for len(c.waiting) > 0 && !c.waiting[0].at.After(c.now) {
		t := heap.Pop(&c.waiting).(*timer)
		c.over(t)
		due = append(due, t)
	}
	c.mu.Unlock()
	c.used.Add(1)
	for _, t := range due {
		go t.fn()
	}
}

// timers has the one first that is due first.
type timers []*timer

func (h timers) Len() int { return len(h) }
func (h timers) Less(a, b int) bool {
	if !h[a].at.Equal(h[b].at) {
		return h[a].at.Before(h[b].at)
	}
	return h[a].made < h[b].made
}

func (h timers) Swap(a, b int) {
	h[a], h[b] = h[b], h[a]
	h[a].place, h[b].place = a, b
}

func (h *timers) Push(x any) {
	t := x.(*timer)
	t.place = len(*h)
	*h = append(*h, t)
}

func (h *timers) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return t
}
