package bot

import (
	"context"
	"time"
)

// After runs fn once d has passed, on a goroutine of its own, unless it is stopped before that; stop reports whether it
// was. All that the bot waits for by the clock goes through one After, so that a test can hold it.
type After func(d time.Duration, fn func()) (stop func() bool)

func afterByTheClock(d time.Duration, fn func()) (stop func() bool) {
	return time.AfterFunc(d, fn).Stop
}

// timer is closed once d has passed.
func (a After) timer(d time.Duration) (passed <-chan struct{}, stop func() bool) {
	c := make(chan struct{})
	return c, a(d, func() { close(c) })
}

// wait returns once d has passed or ctx has ended.
func (a After) wait(ctx context.Context, d time.Duration) {
	passed, stop := a.timer(d)
	defer stop()
	select {
	case <-passed:
	case <-ctx.Done():
	}
}

// ended waits for done, for some time; when ctx ends, for loadGrace.
func (a After) ended(ctx context.Context, done <-chan struct{}, wait time.Duration) bool {
	passed, stop := a.timer(wait)
	defer func() { stop() }()
	select {
	case <-done:
		return true
	case <-passed:
		return false
	case <-ctx.Done():
	}
	stop()
	passed, stop = a.timer(loadGrace)
	select {
	case <-done:
		return true
	case <-passed:
		return false
	}
}

// ticksOr are the given ticks, or for nil those of a ticker, which stop ends.
func ticksOr(given <-chan time.Time, every time.Duration) (ticks <-chan time.Time, stop func()) {
	if given != nil {
		return given, func() {}
	}
	ticker := time.NewTicker(every)
	return ticker.C, ticker.Stop
}
