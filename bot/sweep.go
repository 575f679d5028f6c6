package bot

import (
	"time"

	"moonwire/account"
)

// verdict is what the watchdog does to an attempt whose window has ended.
type verdict struct {
	at    *attempt
	reply []byte // packed
	drop  bool   // no room was found: close the connection, so that the platform asks again
}

// sweep looks over the running turns: which attempts get an early answer, and which finished answers were
// not taken by anybody in time. All of them are taken off their turns here, under the lock, so that
// nobody else answers them; the writing is for the caller.
func (b *book) sweep(now time.Time, v []verdict, lost []*turn) ([]verdict, []*turn) {
	for i := range b.shards {
		s := &b.shards[i]
		s.mu.Lock()
		for _, t := range s.running {
			v = s.overdue(t, now, v)
		}
		for key, t := range s.orphans {
			if !now.Before(t.due) {
				delete(s.orphans, key)
				t.comesLate(now)
				s.kept.put(key, t.trace, t.early, now)
				lost = append(lost, t)
			}
		}
		s.mu.Unlock()
	}
	return v, lost
}

// overdue judges the attempts of one turn.
func (s *shard) overdue(t *turn, now time.Time, v []verdict) []verdict {
	still := t.open[:0]
	for _, at := range t.open {
		switch {
		case now.Before(at.due):
			still = append(still, at)
		case t.cancel != nil && t.late == "":
			v = append(v, verdict{at: at, drop: true})
		case t.holds(at):
			still = append(still, at)
		default:
			t.comesLate(now)
			v = append(v, verdict{at: at, reply: t.early})
		}
	}
	clear(t.open[len(still):])
	t.open = still
	if len(still) > 0 {
		return v
	}
	if t.cancel != nil && t.late == "" {
		t.cancel()
		s.remove(t)
	}
	if t.hurry != nil && t.late != "" {
		close(t.hurry)
		t.hurry = nil
	}
	return v
}

// holds reports whether an attempt goes on waiting past its window: attempts 1 and 2 under join, whose
// silence makes the platform ask again.
func (t *turn) holds(at *attempt) bool {
	return t.edition.config.Late == account.LateJoin && t.shows && !t.fetches && t.late == "" && at.n < attemptsInAll
}

// attemptsInAll is how often WeChat asks: once and twice more.
const attemptsInAll = 3

// comesLate settles what early attempts are told and what becomes of the answer.
func (t *turn) comesLate(now time.Time) {
	if t.late != "" {
		return
	}
	c := t.edition.config
	switch t.late = c.Late; {
	case t.fetches:
		t.late = account.LateFetch
	case t.late == account.LateJoin:
		t.late = c.Fallback()
	}
	if t.late == account.LateFetch && t.shows {
		t.early = packText(c.FetchText, now)
	}
}
