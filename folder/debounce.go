package folder

import (
	"slices"
	"time"
)

// sweepPause keeps a flood of changes from sweeping all dirty accounts for each of them.
const sweepPause = 5 * time.Millisecond

// dirt remembers which accounts changed, and when each may be reported: once it was quiet for a
// while, or in any case some time after its first change. One account's saves do not hold up another.
type dirt struct {
	quiet, most time.Duration
	spots       map[string]spot
	wake        time.Time // no spot is due before; zero: none is dirty
}

type spot struct {
	first, last time.Time
	print       uint64 // the fingerprint that a scan saw; 0 when an event told of the change
}

func (d *dirt) mark(now time.Time, account string, print uint64) {
	s, known := d.spots[account]
	if !known {
		s.first = now
	}
	s.last, s.print = now, print
	d.spots[account] = s
	d.wakeBy(d.due(s))
}

func (d *dirt) due(s spot) time.Time {
	due, limit := s.last.Add(d.quiet), s.first.Add(d.most)
	if limit.Before(due) {
		return limit
	}
	return due
}

func (d *dirt) wakeBy(t time.Time) {
	if d.wake.IsZero() || t.Before(d.wake) {
		d.wake = t
	}
}

// ripe lists the accounts that are due, in alphabetical order. They stay dirty until clean is called.
func (d *dirt) ripe(now time.Time) []string {
	var names []string
	d.wake = time.Time{}
	for name, s := range d.spots {
		if due := d.due(s); !due.After(now) {
			names = append(names, name)
		} else {
			d.wakeBy(due)
		}
	}
	if soon := now.Add(sweepPause); !d.wake.IsZero() && d.wake.Before(soon) {
		d.wake = soon
	}
	slices.Sort(names)
	return names
}

// restore makes an account dirty again as it was; what has happened since counts too.
func (d *dirt) restore(account string, s spot) {
	if now, dirty := d.spots[account]; dirty {
		s.last, s.print = now.last, now.print
	}
	d.spots[account] = s
	d.wakeBy(d.due(s))
}

func (d *dirt) clean(account string) { delete(d.spots, account) }
