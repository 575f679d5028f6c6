package bot

import "time"

// untakenWait is how long a finished answer that nobody took waits for the platform to ask again: it does so
// within five seconds of hanging up.
const untakenWait = 6 * time.Second

// leaveUntaken leaves a finished answer for the next repeat. false: no repeat can be expected, or one has come
// already; late says which.
func (p *pushes) leaveUntaken(d *delivery, now time.Time) (left, late bool) {
	s, w := d.shard, d.work
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recent.served(w.key) {
		return false, false
	}
	if p.draining.Load() || d.seen >= attemptsInAll {
		s.lose(d, now)
		return false, true
	}
	d.due = now.Add(untakenWait)
	s.untaken[w.key] = d
	return true, false
}

// lose gives up waiting for a repeat: the answer comes late.
func (s *shard) lose(d *delivery, now time.Time) {
	delete(s.untaken, d.work.key)
	d.comesLate(now)
	s.recent.put(d.work.key, d.work.trace, d.early, now)
}

// reopen says that the repeat that came for an untaken answer did not get it either.
func (p *pushes) reopen(d *delivery) {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.shard.recent.setServed(d.work.key, false)
}

// adopt gives an untaken answer to the repeat that has come for it.
func (s *shard) adopt(key [16]byte) *delivery {
	s.recent.setServed(key, true)
	d := s.untaken[key]
	if d != nil {
		delete(s.untaken, key)
		d.seen++
	}
	return d
}

// lost takes all untaken answers: the process ends and no repeat will find them.
func (p *pushes) lost(now time.Time) (all []*delivery) {
	for i := range p.shards {
		s := &p.shards[i]
		s.mu.Lock()
		for _, d := range s.untaken {
			s.lose(d, now)
			all = append(all, d)
		}
		s.mu.Unlock()
	}
	return all
}
