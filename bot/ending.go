package bot

import (
	"time"

	"moonwire/account"
)

// ending is what is left of a delivery that is over: who still waits, and what was told to those who waited before.
type ending struct {
	open []*attempt
	late account.LatePolicy
	told []byte
}

// end hands over who waits.
func (d *delivery) end() ending {
	e := ending{open: d.open, late: d.late, told: d.early}
	if d.open = nil; d.spoken != nil {
		e.late = "" // it began in time
	}
	return e
}

// end finishes a push: what repeats get, and who still waits for the answer. Where all attempts were answered early,
// later repeats get what those were told, and must not show the answer twice.
func (p *pushes) end(d *delivery, reply []byte, now time.Time) ending {
	s := d.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	e := d.end()
	if e.late != "" && len(e.open) == 0 {
		reply = e.told
	}
	s.recent.put(d.work.key, d.work.trace, reply, now)
	delete(s.running, d.work.key)
	d.over = true
	return e
}

// ended reports whether a push has its answer or was taken back.
func (d *delivery) ended() bool {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	return d.over
}

// forget takes a push back that has no answer. Nothing is left: a repeat begins anew.
func (p *pushes) forget(d *delivery) ending {
	s := d.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if !d.over {
		s.remove(d)
	}
	return d.end()
}

func (s *shard) remove(d *delivery) {
	delete(s.running, d.work.key)
	d.over = true
	s.leave(&d.place)
}

// hangUp takes an attempt off its push.
func (p *pushes) hangUp(d *delivery, at *attempt) bool {
	s := d.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	running := s.running[d.work.key]
	return running != nil && running.drop(at)
}

// depart ends everything about a piece of work.
func (p *pushes) depart(w *work) {
	s := w.place.shard
	s.mu.Lock()
	if s.keyed[w.key] == w.place {
		delete(s.keyed, w.key)
	}
	w.place.over = true
	s.leave(w.place)
	s.mu.Unlock()
	p.busy.Done()
}
