package bot

import "time"

// orphanWait is how long a finished answer that nobody took waits for the platform to ask again: it does so
// within five seconds of hanging up.
const orphanWait = 6 * time.Second

// orphan leaves a finished answer for the next repeat. false: no repeat can be expected, or one has come
// already; late says which.
func (b *book) orphan(t *turn, now time.Time) (left, late bool) {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept.served(t.key) {
		return false, false
	}
	if b.draining.Load() || t.seen >= attemptsInAll {
		t.comesLate(now)
		s.kept.put(t.key, t.trace, t.early, now)
		return false, true
	}
	t.due = now.Add(orphanWait)
	s.orphans[t.key] = t
	return true, false
}

// reopen says that the repeat that came for an orphan did not get the answer either.
func (b *book) reopen(t *turn) {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	t.shard.kept.setServed(t.key, false)
}

// adopt gives an orphan to the repeat that has come for it.
func (s *shard) adopt(key [16]byte) *turn {
	s.kept.setServed(key, true)
	t := s.orphans[key]
	if t != nil {
		delete(s.orphans, key)
		t.seen++
	}
	return t
}

// lost takes all orphans: the process ends and no repeat will find it.
func (b *book) lost(now time.Time) (all []*turn) {
	for i := range b.shards {
		s := &b.shards[i]
		s.mu.Lock()
		for key, t := range s.orphans {
			delete(s.orphans, key)
			t.comesLate(now)
			s.kept.put(key, t.trace, t.early, now)
			all = append(all, t)
		}
		s.mu.Unlock()
	}
	return all
}
