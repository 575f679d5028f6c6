package bot

import (
	"time"

	"moonwire/account"
)

// overdue is what the watchdog does to an attempt whose window has ended.
type overdue struct {
	at    *attempt
	reply []byte // packed
	drop  bool   // no room was found: close the connection, so that the platform asks again
}

// passDeadlines looks over the running turns: which attempts get an early answer, and which finished answers were
// not taken by anybody in time. All of them are taken off their turns here, under the lock, so that
// nobody else answers them; the writing is for the caller.
func (p *pushes) passDeadlines(now time.Time, late []overdue, lost []*work) ([]overdue, []*work) {
	for i := range p.shards {
		s := &p.shards[i]
		s.mu.Lock()
		for _, w := range s.running {
			late = s.passDeadline(w, now, late)
		}
		for key, w := range s.untaken {
			if !now.Before(w.due) {
				delete(s.untaken, key)
				w.comesLate(now)
				s.recent.put(key, w.trace, w.early, now)
				lost = append(lost, w)
			}
		}
		s.mu.Unlock()
	}
	return late, lost
}

// overdue judges the attempts of one turn.
func (s *shard) passDeadline(w *work, now time.Time, late []overdue) []overdue {
	still := w.open[:0]
	for _, at := range w.open {
		switch {
		case now.Before(at.due):
			still = append(still, at)
		case w.cancel != nil && w.late == "":
			late = append(late, overdue{at: at, drop: true})
		case w.holds(at):
			still = append(still, at)
		default:
			w.comesLate(now)
			late = append(late, overdue{at: at, reply: w.early})
		}
	}
	clear(w.open[len(still):])
	w.open = still
	if len(still) > 0 {
		return late
	}
	if w.cancel != nil && w.late == "" {
		w.cancel()
		s.remove(w)
	}
	if w.hurry != nil && w.late != "" {
		close(w.hurry)
		w.hurry = nil
	}
	return late
}

// holds reports whether an attempt goes on waiting past its window: attempts 1 and 2 under join, whose
// silence makes the platform ask again.
func (w *work) holds(at *attempt) bool {
	return w.release.config.Late == account.LateJoin && w.shows && !w.fetches && w.late == "" && at.n < attemptsInAll
}

// attemptsInAll is how often WeChat asks: once and twice more.
const attemptsInAll = 3

// comesLate settles what early attempts are told and what becomes of the answer.
func (w *work) comesLate(now time.Time) {
	if w.late != "" {
		return
	}
	c := w.release.config
	switch w.late = c.Late; {
	case w.fetches:
		w.late = account.LateFetch
	case w.late == account.LateJoin:
		w.late = c.Fallback()
	}
	if w.late == account.LateFetch && w.shows {
		w.early = packText(c.FetchText, now)
	}
}
