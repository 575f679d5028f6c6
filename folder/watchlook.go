package folder

import (
	"hash/maphash"
	"os"
	"path/filepath"
	"time"
)

// Looks at folders are taken beside the watcher's loop: a folder that is large, or lies on a file system that does
// not answer, holds up no other.
const (
	quickLooks  = 4                      // at the same time
	slowLooks   = 1                      // of those whose last look took long
	lookLong    = 50 * time.Millisecond  // from here on a look counts as slow,
	lookTooLong = 250 * time.Millisecond // and from here on its place is given to another one
	looksBegun  = 128                    // all together; each that hangs holds a thread
	lookHangs   = 10 * time.Second       // after that it is said
	roundTime   = 50 * time.Millisecond  // how long what was found waits for the rest of its report
	looksEnd    = time.Second            // how long the end waits for looks
)

// aim is what a look is for.
type aim int

const (
	toBegin   aim = iota // everything is looked at first
	toScan               // has anything changed of which no event told?
	toWatch              // there is a new folder, and may be some in it
	toReport             // it was quiet for long enough
	toMissing            // it has been missing for long enough
)

// look is one look at an account's folder, or at shared.
type look struct {
	name   string
	aim    aim
	fresh  string // toWatch: what has appeared; there is nothing to look at unless it is a folder
	spot   spot   // toReport: what was dirty
	round  *round // toReport, toMissing
	slow   bool
	began  time.Time // zero while it waits for a place
	placed bool      // it holds a place

	tree *os.Root // as the loop knew them when it began
	base string
	add  func(dir string) error

	print   uint64
	here    bool
	folders []string // that are watched now
	refused error    // why one is not
}

// printer takes fingerprints on behalf of looks, each on a goroutine of its own.
func printer() func(l *look) (print uint64, here bool) {
	seed := maphash.MakeSeed()
	return func(l *look) (uint64, bool) {
		if l.tree == nil {
			return 0, false
		}
		if l.aim == toWatch {
			if info, err := l.tree.Lstat(l.fresh); err != nil || !info.IsDir() {
				return 0, true
			}
		}
		return fingerprint(seed, l.tree, l.name, l.enter)
	}
}

// enter watches a folder of the account before it is listed, so that nothing in it changes unseen.
func (l *look) enter(dir string) {
	if l.add == nil {
		return
	}
	path := filepath.Join(l.base, filepath.FromSlash(dir))
	switch err := l.add(path); {
	case err == nil:
		l.folders = append(l.folders, path)
	case !os.IsNotExist(err):
		l.refused = err
	}
}

// looks are those that were asked for and have not come back. They belong to the watcher's loop.
type looks struct {
	asked  map[string]*look // by account: one at a time
	lines  [2][]*look       // waiting for a place: the quick ones, the slow ones
	begun  map[string]*look // under way
	placed [2]int           // places taken
	slow   map[string]bool  // accounts whose last look took long
	back   chan *look
	end    chan struct{}
}

func newLooks() looks {
	return looks{asked: map[string]*look{}, begun: map[string]*look{}, slow: map[string]bool{}, back: make(chan *look), end: make(chan struct{})}
}

// lineOf is the line of the quick or of the slow looks, and how many of them may be under way.
func lineOf(slow bool) (line, places int) {
	if slow {
		return 1, slowLooks
	}
	return 0, quickLooks
}

// ask asks for a look; false when one at the same account is under way.
func (w *Watcher) ask(l *look) bool {
	if w.looks.asked[l.name] != nil {
		return false
	}
	w.looks.asked[l.name] = l
	l.slow = w.looks.slow[l.name]
	line, _ := lineOf(l.slow)
	w.looks.lines[line] = append(w.looks.lines[line], l)
	w.beginLooks()
	return true
}

// beginLooks begins as many looks as there are places.
func (w *Watcher) beginLooks() {
	k := &w.looks
	for _, slow := range []bool{false, true} {
		line, places := lineOf(slow)
		for len(k.lines[line]) > 0 && k.placed[line] < places && len(k.begun) < looksBegun {
			l := k.lines[line][0]
			k.lines[line] = k.lines[line][1:]
			k.placed[line]++
			k.begun[l.name] = l
			l.placed, l.began = true, time.Now()
			l.tree, l.base, l.add = w.tree.root, w.tree.path, w.src.add
			go func() {
				l.print, l.here = w.print(l)
				select {
				case k.back <- l:
				case <-k.end:
				}
			}()
		}
	}
}

// leave frees the place of a look.
func (k *looks) leave(l *look) {
	if line, _ := lineOf(l.slow); l.placed {
		l.placed = false
		k.placed[line]--
	}
}

// overdue gives the places of looks that take too long to others, and says which do not come back.
func (w *Watcher) overdue(now time.Time) {
	for name, l := range w.looks.begun {
		if l.placed && now.Sub(l.began) >= lookTooLong {
			w.looks.leave(l)
			w.looks.slow[name] = true
		}
		if now.Sub(l.began) >= lookHangs {
			w.warnOnce("watching scripts: a folder does not answer; its saves are not seen before it does", "folder", name)
		}
	}
	w.beginLooks()
}

// nextOverdue is when overdue has something to do; zero: never.
func (k *looks) nextOverdue() (next time.Time) {
	for _, l := range k.begun {
		if at := l.began.Add(lookTooLong); l.placed && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// came sees to a look that came back.
func (w *Watcher) came(l *look) {
	now := time.Now()
	k := &w.looks
	k.leave(l)
	delete(k.asked, l.name)
	delete(k.begun, l.name)
	if delete(k.slow, l.name); now.Sub(l.began) >= lookLong {
		k.slow[l.name] = true
	}
	delete(w.warned, "watching scripts: a folder does not answer; its saves are not seen before it does"+l.name)
	defer w.beginLooks()
	if _, dirty := w.dirt.spots[l.name]; dirty {
		w.dirt.wakeBy(now)
	}
	if l.tree != w.tree.root {
		w.lookAgain(now, l)
		return
	}
	w.tree.note(l.name, l.folders)
	if l.refused != nil {
		w.unwatched(l.refused)
	}
	switch l.aim {
	case toBegin:
		w.begun(l)
	case toScan:
		w.scanned(now, l)
	case toReport, toMissing:
		w.found(now, l)
	}
}

// lookAgain is for a look at a scripts folder that was replaced meanwhile.
func (w *Watcher) lookAgain(now time.Time, l *look) {
	switch l.aim {
	case toReport:
		w.dirt.restore(l.name, l.spot)
	case toBegin:
		w.known[l.name] = 0
		w.dirt.mark(now, l.name, 0)
	case toScan:
		w.scans--
		w.queue = append(w.queue, l.name)
	case toWatch, toMissing: // it is dirty, or still counts as absent
	}
	if l.round != nil {
		l.round.open--
		w.tell(now, l.round)
	}
}

// awaitLooks waits for the looks that are under way, but not for those that hang.
func (w *Watcher) awaitLooks() {
	timer := time.NewTimer(looksEnd)
	defer timer.Stop()
	defer close(w.looks.end)
	for len(w.looks.begun) > 0 {
		select {
		case l := <-w.looks.back:
			delete(w.looks.begun, l.name)
		case <-timer.C:
			return
		}
	}
}
