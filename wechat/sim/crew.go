package sim

import (
	"context"
	"sync"
)

// crew owns the goroutines of a platform: pushes that follow an API call, and subscriptions.
type crew struct {
	quit chan struct{}

	mu      sync.Mutex
	closed  bool
	jobs    int // pushes under way
	all     int // jobs and subscriptions
	changed chan struct{}
}

func newCrew() *crew { return &crew{quit: make(chan struct{}), changed: make(chan struct{})} }

// job runs fn in the background, unless the platform is closed. Its context ends with the platform.
func (c *crew) job(fn func(ctx context.Context)) bool { return c.start(context.Background(), 1, fn) }

// watch runs fn in the background until ctx or the platform ends; Idle does not wait for it.
func (c *crew) watch(ctx context.Context, fn func(ctx context.Context)) bool {
	return c.start(ctx, 0, fn)
}

func (c *crew) start(ctx context.Context, job int, fn func(ctx context.Context)) bool {
	if !c.count(job, 1) {
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		select {
		case <-c.quit:
			cancel()
		case <-done:
		}
		<-done
		c.count(-job, -1)
	}()
	go func() {
		defer close(done)
		defer cancel()
		fn(ctx)
	}()
	return true
}

func (c *crew) count(jobs, all int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if all > 0 && c.closed {
		return false
	}
	c.jobs += jobs
	c.all += all
	close(c.changed)
	c.changed = make(chan struct{})
	return true
}

func (c *crew) state() (jobs, all int, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jobs, c.all, c.changed
}

func (c *crew) close() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.quit)
	}
	c.mu.Unlock()
	for {
		_, all, changed := c.state()
		if all == 0 {
			return
		}
		<-changed
	}
}

// Idle waits until every push that an API call brought about (TEMPLATESENDJOBFINISH and the like) has
// been delivered or given up.
func (p *Platform) Idle(ctx context.Context) error {
	for {
		jobs, _, changed := p.crew.state()
		if jobs == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
