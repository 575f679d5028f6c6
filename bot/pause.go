package bot

import (
	"sync"
	"time"
)

const (
	killsToPause = 3
	killSpan     = time.Minute
	firstPause   = time.Minute
	longestPause = time.Hour
	// pauseMemory is how long an account must behave until its next pause is the first again.
	pauseMemory = 10 * time.Minute
)

// pause stops an account whose script spends its budgets again and again: three kills in a minute pause
// it for a minute, the next three for two, and so on.
type pause struct {
	mu    sync.Mutex
	kills [killsToPause]time.Time // the newest last
	until time.Time
	last  time.Duration
}

// kill notes a turn that was stopped for its budget; it returns the end of the pause that this begins, or
// the zero time.
func (p *pause) kill(now time.Time) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	copy(p.kills[:], p.kills[1:])
	p.kills[killsToPause-1] = now
	if first := p.kills[0]; first.IsZero() || now.Sub(first) > killSpan || now.Before(p.until) {
		return time.Time{}
	}
	if p.last == 0 || now.Sub(p.until) > pauseMemory {
		p.last = firstPause
	} else {
		p.last = min(2*p.last, longestPause)
	}
	p.until = now.Add(p.last)
	p.kills = [killsToPause]time.Time{}
	return p.until
}

// over is when the pause that lasts at now will end; the zero time when there is none.
func (p *pause) over(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Before(p.until) {
		return p.until
	}
	return time.Time{}
}

// lift ends the pause: a new build serves.
func (p *pause) lift() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kills, p.until, p.last = [killsToPause]time.Time{}, time.Time{}, 0
}
