package sim

import (
	"sync"
	"time"
)

// clock is a base clock and how far it has been moved.
type clock struct {
	base func() time.Time

	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.offset)
}

// Now is the platform's time: every CreateTime, expiry, window and quota goes by it.
func (p *Platform) Now() time.Time { return p.clock.now() }

// MoveClock moves the platform's time by d, forwards or back, and returns the new time. Reply windows
// are not shortened by it: they run on Options.AfterFunc.
func (p *Platform) MoveClock(d time.Duration) time.Time {
	p.clock.mu.Lock()
	p.clock.offset += d
	p.clock.mu.Unlock()
	return p.Now()
}

// SetClock moves the platform's time to t, from where it runs on.
func (p *Platform) SetClock(t time.Time) {
	p.clock.mu.Lock()
	defer p.clock.mu.Unlock()
	p.clock.offset = t.Sub(p.clock.base())
}

// china is the time zone in which WeChat's days begin.
func china() *time.Location { return time.FixedZone("UTC+8", 8*3600) }

// chinaDay is the day of a moment in China, as 2006-01-02.
func chinaDay(t time.Time) string { return t.In(china()).Format(time.DateOnly) }
