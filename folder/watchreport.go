package folder

import (
	"context"
	"path/filepath"
	"slices"
	"time"
)

// first watches and looks at everything, and reports it at once. It does not wait for ever for folders that do
// not answer.
func (w *Watcher) first(ctx context.Context) {
	names := w.accounts()
	for _, name := range append(slices.Clone(names), Shared) {
		w.ask(&look{name: name, aim: toBegin})
	}
	late := time.NewTimer(firstTime)
	defer late.Stop()
	hurry := time.NewTicker(lookTooLong)
	defer hurry.Stop()
	for waiting := true; waiting && len(w.looks.asked) > 0; {
		select {
		case l := <-w.looks.back:
			w.came(l)
		case now := <-hurry.C:
			w.overdue(now)
		case <-late.C:
			waiting = false
		case <-ctx.Done():
			return
		}
	}
	for name := range w.looks.asked {
		w.known[name] = 0
		w.dirt.mark(time.Now(), name, 0) // it may change before it is seen
	}
	delete(w.known, Shared)
	w.o.OnDirty(names)
}

// begun notes what the first look at an account has found.
func (w *Watcher) begun(l *look) {
	if l.name == Shared {
		w.shared = l.print
		return
	}
	w.known[l.name] = l.print
}

// round is what one report asked for: what its looks find is told of together, save what takes long.
type round struct {
	open        int // looks that have not come back
	due         time.Time
	dirty, gone []string
}

// report looks at what is due: accounts that were quiet long enough, folders absent long enough.
func (w *Watcher) report() {
	now := time.Now()
	if w.tree.root == nil {
		w.reroot()
	}
	w.overdue(now)
	r := &round{due: now.Add(roundTime)}
	for _, name := range w.dirt.ripe(now) {
		s := w.dirt.spots[name]
		switch {
		case w.git.holds(now, s.first.Add(w.o.Debounce), filepath.Join(w.tree.path, name)):
			w.dirt.wakeBy(now.Add(gitRetry))
		case w.ask(&look{name: name, aim: toReport, spot: s, round: r}): // else the look under way wakes us
			w.dirt.clean(name)
			r.open++
		}
	}
	for name, since := range w.absent {
		if now.Sub(since) >= w.o.Absence && w.ask(&look{name: name, aim: toMissing, round: r}) {
			r.open++
		}
	}
	if r.open > 0 {
		w.rounds = append(w.rounds, r)
	}
	w.rounds = slices.DeleteFunc(w.rounds, func(r *round) bool {
		w.tell(now, r)
		return !now.Before(r.due)
	})
}

// found notes what a look for a report has found.
func (w *Watcher) found(now time.Time, l *look) {
	r := l.round
	r.open--
	switch {
	case l.aim == toMissing && l.here:
		delete(w.absent, l.name)
		w.known[l.name] = l.print
		r.dirty = append(r.dirty, l.name)
	case l.aim == toMissing:
		delete(w.absent, l.name)
		delete(w.known, l.name)
		r.gone = append(r.gone, l.name)
	case !w.settle(now, l):
	case l.name == Shared:
		r.dirty = append(r.dirty, w.touched(now)...)
	default:
		r.dirty = append(r.dirty, l.name)
	}
	w.tell(now, r)
}

// touched are the accounts that a change in shared/ concerns now. One that git is at work in comes later, with what git
// leaves there.
func (w *Watcher) touched(now time.Time) (names []string) {
	for name := range w.known {
		if w.git.holds(now, now, filepath.Join(w.tree.path, name)) {
			w.dirt.mark(now, name, 0)
		} else {
			names = append(names, name)
		}
	}
	return names
}

// settle notes the fresh fingerprint of what was dirty and says whether it is to be reported now.
func (w *Watcher) settle(now time.Time, l *look) bool {
	s := l.spot
	if l.here && w.polling && s.print != 0 && s.print != l.print && now.Before(s.first.Add(w.o.MaxDelay)) {
		w.dirt.restore(l.name, spot{s.first, now, l.print}) // still being written, and no event will say so
		return false
	}
	if l.name == Shared {
		w.shared = l.print
		return true
	}
	if l.here {
		delete(w.absent, l.name)
		w.known[l.name] = l.print
		return true
	}
	_, known := w.known[l.name]
	if _, already := w.absent[l.name]; known && !already {
		w.absent[l.name] = now
	}
	return false
}

// tell hands on what a round has found, once all of it has come, or its time is over.
func (w *Watcher) tell(now time.Time, r *round) {
	if r.open > 0 && now.Before(r.due) {
		return
	}
	dirty := slices.DeleteFunc(r.dirty, func(name string) bool { return !w.absent[name].IsZero() })
	gone := r.gone
	r.dirty, r.gone = nil, nil
	slices.Sort(dirty)
	slices.Sort(gone)
	if dirty = slices.Compact(dirty); len(dirty) > 0 {
		w.o.OnDirty(dirty)
	}
	if len(gone) > 0 {
		w.o.OnGone(gone)
	}
}
