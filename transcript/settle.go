package transcript

import (
	"context"
	"time"

	"moonwire/wechat/sim"
)

// How long, by the machine's clock, nothing must happen before the held clock moves: where somebody sleeps; where
// something waits of which nobody can tell for what, as a model's pause before it is asked once more; and where a script
// computes all the while.
const (
	breath   = 2 * time.Millisecond
	stalled  = 200 * time.Millisecond
	patience = 3 * time.Second
	glance   = 200 * time.Microsecond
	pace     = 250 * time.Millisecond // of the held clock, where something may be due that has no timer
	surely   = 3                      // looks in a row that find nothing under way
)

// settling waits until nothing is under way.
type settling struct {
	*world
	used    int64     // of the clock and of all traffic, when it was last looked at
	since   time.Time // when that changed
	pushing bool      // the platform has not got its answer yet
	still   int
}

// settle returns when nothing is under way any more. The clock runs as far as somebody sleeps. pushed brings what became of
// a push; nil: there is none.
func (w *world) settle(ctx context.Context, pushed <-chan *sim.Delivery) (d *sim.Delivery, err error) {
	s := &settling{world: w, since: time.Now(), pushing: pushed != nil}
	for s.still < surely {
		select {
		case d = <-pushed:
			s.pushing, pushed = false, nil
		case <-ctx.Done():
			return d, ctx.Err()
		case <-time.After(glance):
		}
		if err := s.look(ctx); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (s *settling) look(ctx context.Context) error {
	before := s.activity()
	idle, err := s.idle(ctx)
	if err != nil {
		return err
	}
	if before != s.used {
		s.since = time.Now()
	}
	s.used = s.activity() // the look itself asks for the time
	quiet := time.Since(s.since)
	switch {
	case idle && !s.pushing:
		s.still++
		return nil
	case s.pushing && s.pushes.open.Load() == 0: // the platform is about to ask again, or to be done
	case quiet < breath:
	case s.clock.held():
		s.still = 0
		return s.step(ctx, s.pushing)
	case !s.pushing && s.untaken():
		s.still = 0
		return s.step(ctx, true)
	case quiet >= stalled && s.runner.engine.Computing() == 0, quiet >= patience:
		s.still = 0
		return s.step(ctx, true)
	}
	s.still = 0
	return nil
}

func (s *settling) activity() int64 {
	return s.clock.used.Load() + s.pushes.all.Load() + s.others.all.Load()
}

// idle reports whether no program has anything to do.
func (w *world) idle(ctx context.Context) (bool, error) {
	if w.pushes.open.Load() > 0 || w.others.open.Load() > 0 || w.clock.held() {
		return false, nil
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if w.platform.Idle(over) != nil {
		return false, nil
	}
	for _, n := range w.all() {
		if idle, err := n.fleet.Idle(ctx); err != nil || !idle {
			return false, err
		}
	}
	return true, nil
}

// untaken reports whether answers wait for the platform to ask again.
func (w *world) untaken() bool {
	for _, n := range w.all() {
		if n.fleet.Untaken() {
			return true
		}
	}
	return false
}

// step moves the clock to when the first is due that waits, by one pace at most where that is wished.
func (w *world) step(ctx context.Context, paced bool) error {
	next := w.clock.next()
	if end := w.clock.Now().Add(pace); paced && (next.IsZero() || end.Before(next)) {
		next = end
	}
	if next.IsZero() {
		return nil
	}
	return w.moveTo(ctx, next)
}

// moveTo moves the clock and lets the programs look.
func (w *world) moveTo(ctx context.Context, t time.Time) error {
	w.clock.moveTo(t)
	all := w.all()
	for _, n := range all {
		if err := n.look(ctx, len(all) > 1); err != nil {
			return err
		}
	}
	return nil
}

// pass lets the clock run on to a time, and all that is due until then be done when it is due.
func (w *world) pass(ctx context.Context, to time.Time) error {
	for {
		if _, err := w.settle(ctx, nil); err != nil {
			return err
		}
		if !w.clock.Now().Before(to) {
			return nil
		}
		next := to
		for _, n := range w.all() {
			due, err := n.fleet.NextDue(ctx)
			if err != nil {
				return err
			}
			if !due.IsZero() && due.Before(next) {
				next = due
			}
		}
		if err := w.moveTo(ctx, next); err != nil {
			return err
		}
	}
}
