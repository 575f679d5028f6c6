package bot

import (
	"context"
	"time"
)

// Idle reports whether nothing is under way here and nothing is due by the clock: no message and nothing that follows its
// answer, no job, no conversation, no load, no menu that is being pushed. What comes then somebody does, or the clock.
func (f *Fleet) Idle(ctx context.Context) (bool, error) {
	if !f.pushes.idle() || !f.jobs.idle() || !f.loader.queue.empty() || !f.menus.queue.empty() || !f.saver.queue.empty() {
		return false, nil
	}
	if len(f.stirred) > 0 || len(f.wakers) > 0 {
		return false, nil
	}
	due, err := f.o.Store.DueConversations(ctx, 1)
	return len(due) == 0, err
}

// NextDue is when the first job or conversation is due that is not due yet; the zero time: none is.
func (f *Fleet) NextDue(ctx context.Context) (time.Time, error) {
	next, err := f.o.Store.NextConversation(ctx)
	if err != nil {
		return next, err
	}
	heads, err := f.o.Store.JobHeads(ctx)
	now := f.o.Now()
	for _, due := range heads {
		if due.After(now) && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next, err
}

// idle reports whether no message and no other work is under way, or waits for somebody to take its answer.
func (p *pushes) idle() bool {
	for i := range p.shards {
		if !p.shards[i].idle() {
			return false
		}
	}
	return true
}

func (s *shard) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.running) == 0 && len(s.untaken) == 0 && len(s.keyed) == 0 && len(s.queues) == 0
}

// idle reports whether all is done that is due by the clock.
func (j *jobs) idle() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	due := len(j.waiting) > 0 && !j.waiting[0].at.After(j.now())
	return !j.asked && !j.looking && !due && j.running == 0 && len(j.ready) == 0 && len(j.poked) == 0
}

// empty reports whether no name waits and nobody is busy with one.
func (q *loadQueue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.queued) == 0 && len(q.busy) == 0
}

// Untaken reports whether answers wait for WeChat to ask for them again, and nothing else of a message is under way.
func (f *Fleet) Untaken() bool {
	waits := false
	for i := range f.pushes.shards {
		s := &f.pushes.shards[i]
		s.mu.Lock()
		running, untaken := len(s.running), len(s.untaken)
		s.mu.Unlock()
		if running > 0 {
			return false
		}
		waits = waits || untaken > 0
	}
	return waits
}
