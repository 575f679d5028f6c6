package bot

import (
	"time"
)

// overdue is an attempt whose window has ended, and what the watchdog does to it.
type overdue struct {
	at    *attempt
	reply []byte // packed
	drop  bool   // no capacity was found: close the connection, so that the platform asks again
}

// passDeadlines looks over the running turns: which attempts get an early answer, and which finished answers were
// not taken by anybody in time. All of them are taken off here, under the lock, so that nobody else answers them;
// the writing is for the caller.
func (p *pushes) passDeadlines(now time.Time, late []overdue, lost []*delivery) ([]overdue, []*delivery) {
	for i := range p.shards {
		s := &p.shards[i]
		s.mu.Lock()
		for _, d := range s.running {
			late = s.passDeadline(d, now, late)
		}
		for _, d := range s.untaken {
			if !now.Before(d.due) {
				s.lose(d, now)
				lost = append(lost, d)
			}
		}
		s.mu.Unlock()
	}
	return late, lost
}

// passDeadline judges the attempts of one push.
func (s *shard) passDeadline(d *delivery, now time.Time, late []overdue) []overdue {
	if busy := d.turnedAway(now); busy != nil {
		return s.turnAway(d, busy, now, late)
	}
	still := d.open[:0]
	for _, at := range d.open {
		switch {
		case now.Before(at.due):
			d.closesSoon(at, now)
			still = append(still, at)
		case d.cancel != nil && d.late == "":
			late = append(late, overdue{at: at, drop: true})
		case d.holds(at):
			still = append(still, at)
		default:
			d.comesLate(now)
			late = append(late, overdue{at: at, reply: d.early})
		}
	}
	clear(d.open[len(still):])
	d.open = still
	if len(still) > 0 {
		return late
	}
	if d.cancel != nil && d.late == "" {
		d.cancel()
		s.remove(d)
	}
	if d.hurry != nil && d.late != "" {
		close(d.hurry)
		d.hurry = nil
	}
	return late
}
