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
	times int    // pauses in a row
	why   string // the budget that was spent last, and where
}

// kill notes a turn that was stopped for its budget, and why; it returns the end of the pause that this
// begins, or the zero time.
func (p *pause) kill(now time.Time, why string) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	copy(p.kills[:], p.kills[1:])
	p.kills[killsToPause-1] = now
	if first := p.kills[0]; first.IsZero() || now.Sub(first) > killSpan || now.Before(p.until) {
		return time.Time{}
	}
	p.why = why
	p.times++
	if p.last == 0 || now.Sub(p.until) > pauseMemory {
		p.last, p.times = firstPause, 1
	} else {
		p.last = min(2*p.last, longestPause)
	}
	p.until = now.Add(p.last)
	p.kills = [killsToPause]time.Time{}
	return p.until
}

// state is how often in a row the account was paused and for what; nothing while it is not paused.
func (p *pause) state(now time.Time) (until time.Time, times int, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !now.Before(p.until) {
		return time.Time{}, 0, ""
	}
	return p.until, p.times, p.why
}

// lift ends the pause: a new build serves.
func (p *pause) lift() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kills, p.until, p.last, p.times, p.why = [killsToPause]time.Time{}, time.Time{}, 0, 0, ""
}
