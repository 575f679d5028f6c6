package api

import (
	"context"
	"time"
)

// waitBudget is the time one call may spend waiting: what the caller's deadline leaves.
type waitBudget struct {
	deadline time.Time // zero: no end
	slept    time.Duration
	begun    time.Time
	clock    func() time.Time // real time
	sleep    func(context.Context, time.Duration) error
}

func newWaitBudget(ctx context.Context, clock func() time.Time, sleep func(context.Context, time.Duration) error) *waitBudget {
	p := &waitBudget{begun: clock(), clock: clock, sleep: sleep}
	p.deadline, _ = ctx.Deadline()
	return p
}

// wait sleeps for d and reports true, or reports false at once when d does not fit before the
// deadline or the caller gave up. A context's deadline is real time even where the clock is a test's;
// sleeps count as asked for, so that a sleep which a test shortens still uses up the budget.
func (p *waitBudget) wait(ctx context.Context, d time.Duration) bool {
	if !p.deadline.IsZero() && d >= p.deadline.Sub(p.begun)-max(p.slept, p.clock().Sub(p.begun)) {
		return false
	}
	p.slept += d
	return p.sleep(ctx, d) == nil
}
