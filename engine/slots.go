package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// slotKept is how long the last slot is kept free for other accounts after one of them has computed: with it a fan of
// theirs need not wait until a computing turn hands its slot on.
const slotKept = time.Second

// slots hands out the right to compute. An account holds at most most of them while others wait or have computed lately.
type slots struct {
	waiting atomic.Int32 // length of queue, to be asked without the lock
	clock   func() time.Duration

	mu            sync.Mutex
	free, all     int
	most          int
	queue         []*waiter // while a slot is free, only of accounts that may not have it
	newest, other *share    // the two that asked last
}

// share is what one account has of the engine.
type share struct {
	running int           // slots; guarded by slots.mu
	asked   time.Duration // when it asked for a slot last; guarded by slots.mu
	turns   atomic.Int32  // under way
	held    atomic.Int64  // bytes that its turns held when they were last weighed
}

type waiter struct {
	share *share
	ready chan struct{} // receives once when the slot is handed over
}

func newSlots(n int, clock func() time.Duration) *slots {
	return &slots{free: n, all: n, most: max(1, n-1), clock: clock}
}

// Computing is how many turns compute now, or are about to: those that wait for something else do not count.
func (e *Engine) Computing() int {
	s := e.slots
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all - s.free + len(s.queue)
}

// acquire waits for a slot, or for the end of ctx.
func (s *slots) acquire(ctx context.Context, by *share) error {
	s.mu.Lock()
	s.note(by)
	if s.free > 0 && s.may(by) {
		s.free--
		by.running++
		s.mu.Unlock()
		return nil
	}
	w := s.enqueue(by)
	s.mu.Unlock()
	return s.wait(ctx, w)
}

// note remembers who asks.
func (s *slots) note(by *share) {
	by.asked = s.clock()
	if s.newest != by {
		s.newest, s.other = by, s.newest
	}
}

// may reports whether an account may have the next free slot: always but for the last one, which is for others as long
// as they compute, too.
func (s *slots) may(by *share) bool {
	if by.running < s.most {
		return true
	}
	rival := s.newest
	if rival == by {
		rival = s.other
	}
	return rival == nil || s.clock()-rival.asked > slotKept
}

// release returns a slot and hands it to whoever is next.
func (s *slots) release(by *share) {
	s.mu.Lock()
	by.running--
	s.free++
	s.dispatch()
	s.mu.Unlock()
}

// handOn gives the slot to the next in the queue and waits at its end. Without a queue it does nothing.
// After an error the caller holds no slot.
func (s *slots) handOn(ctx context.Context, by *share) error {
	if s.waiting.Load() == 0 {
		return nil
	}
	s.mu.Lock()
	w := s.enqueue(by)
	by.running--
	s.free++
	s.dispatch()
	s.mu.Unlock()
	return s.wait(ctx, w)
}

func (s *slots) enqueue(by *share) *waiter {
	w := &waiter{by, make(chan struct{}, 1)}
	s.queue = append(s.queue, w)
	s.waiting.Store(int32(len(s.queue)))
	return w
}

func (s *slots) wait(ctx context.Context, w *waiter) error {
	kept := time.NewTicker(slotKept) // nobody may hand a slot on at the moment when the last one is kept no longer
	defer kept.Stop()
	for {
		select {
		case <-w.ready:
			return nil
		case <-kept.C:
			s.mu.Lock()
			s.dispatch()
			s.mu.Unlock()
		case <-ctx.Done():
			return s.giveUp(w, context.Cause(ctx))
		}
	}
}

func (s *slots) giveUp(w *waiter, why error) error {
	s.mu.Lock()
	i := slices.Index(s.queue, w)
	if i >= 0 {
		s.remove(i)
	}
	s.mu.Unlock()
	if i < 0 { // it was handed over at the same moment
		s.release(w.share)
	}
	return why
}

// dispatch hands free slots to the queue: to the first whose account holds fewer than most, else the first that may.
func (s *slots) dispatch() {
	for s.free > 0 && len(s.queue) > 0 {
		i := slices.IndexFunc(s.queue, func(w *waiter) bool { return w.share.running < s.most })
		if i < 0 {
			i = slices.IndexFunc(s.queue, func(w *waiter) bool { return s.may(w.share) })
		}
		if i < 0 {
			return
		}
		w := s.queue[i]
		s.remove(i)
		s.free--
		w.share.running++
		w.ready <- struct{}{}
	}
}

func (s *slots) remove(i int) {
	s.queue = slices.Delete(s.queue, i, i+1)
	s.waiting.Store(int32(len(s.queue)))
}
