package bot

import "time"

// untakenWait is how long a finished answer that nobody took waits for the platform to ask again: it does so
// within five seconds of hanging up.
const untakenWait = 6 * time.Second

// orphan leaves a finished answer for the next repeat. false: no repeat can be expected, or one has come
// already; late says which.
func (p *pushes) leaveUntaken(w *work, now time.Time) (left, late bool) {
	s := w.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recent.served(w.key) {
		return false, false
	}
	if p.draining.Load() || w.seen >= attemptsInAll {
		w.comesLate(now)
		s.recent.put(w.key, w.trace, w.early, now)
		return false, true
	}
	w.due = now.Add(untakenWait)
	s.untaken[w.key] = w
	return true, false
}

// reopen says that the repeat that came for an orphan did not get the answer either.
func (p *pushes) reopen(w *work) {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	w.shard.recent.setServed(w.key, false)
}

// adopt gives an orphan to the repeat that has come for it.
func (s *shard) adopt(key [16]byte) *work {
	s.recent.setServed(key, true)
	w := s.untaken[key]
	if w != nil {
		delete(s.untaken, key)
		w.seen++
	}
	return w
}

// lost takes all orphans: the process ends and no repeat will find it.
func (p *pushes) lost(now time.Time) (all []*work) {
	for i := range p.shards {
		s := &p.shards[i]
		s.mu.Lock()
		for key, w := range s.untaken {
			delete(s.untaken, key)
			w.comesLate(now)
			s.recent.put(key, w.trace, w.early, now)
			all = append(all, w)
		}
		s.mu.Unlock()
	}
	return all
}
