package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// slots hands out the right to compute. An account holds at most most of them while others wait.
type slots struct {
	waiting atomic.Int32 // length of queue, to be asked without the lock

	mu    sync.Mutex
	free  int
	most  int
	queue []*waiter // empty while a slot is free
}

// share is what one account has of the engine.
type share struct {
	running int          // slots; guarded by slots.mu
	turns   atomic.Int32 // under way
	held    atomic.Int64 // bytes that its turns held when they were last weighed
}

type waiter struct {
	share *share
	ready chan struct{} // receives once when the slot is handed over
}

func newSlots(n int) *slots { return &slots{free: n, most: max(1, n-1)} }

// acquire waits for a slot, or for the end of ctx.
func (s *slots) acquire(ctx context.Context, by *share) error {
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		by.running++
		s.mu.Unlock()
		return nil
	}
	w := s.enqueue(by)
	s.mu.Unlock()
	return s.wait(ctx, w)
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
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	i := slices.Index(s.queue, w)
	if i >= 0 {
		s.remove(i)
	}
	s.mu.Unlock()
	if i < 0 { // it was handed over at the same moment
		s.release(w.share)
	}
	return context.Cause(ctx)
}

// dispatch hands free slots to the queue: to the first whose account holds fewer than most, else the first.
func (s *slots) dispatch() {
	for s.free > 0 && len(s.queue) > 0 {
		i := max(0, slices.IndexFunc(s.queue, func(w *waiter) bool { return w.share.running < s.most }))
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
