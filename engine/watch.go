package engine

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// WatchOptions are the patience of a Watcher. A zero field means its default. All of them go by the
// machine's monotonic clock.
type WatchOptions struct {
	// Debounce is how long an account must be quiet before it is reported: 100 ms, and never less,
	// for half a script can be a valid script.
	Debounce time.Duration
	MaxDelay time.Duration // an account that is never quiet is reported after this: 1 s
	Absence  time.Duration // a folder missing for so long is gone, not being swapped: 2 s
	GitHold  time.Duration // how long at most a git lock in the tree defers reports: 10 s
	// SafetyScan is how often everything is looked at whether or not there were events: 30 s.
	SafetyScan time.Duration
	// Poll is how often everything is looked at where events never come. 0: 2 s on file systems
	// known to be like that (NFS, SMB, 9p, FUSE), else not at all; negative: never.
	Poll time.Duration

	Log *slog.Logger
	// OnDirty names accounts, in alphabetical order, whose files may have changed. The first call comes
	// as soon as everything is watched and names every account there is, even none.
	OnDirty func(accounts []string)
	// OnGone names accounts whose folders were taken away.
	OnGone func(accounts []string)
}

func (o WatchOptions) orDefaults() WatchOptions {
	or := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	or(&o.Debounce, 100*time.Millisecond)
	or(&o.MaxDelay, time.Second)
	or(&o.Absence, 2*time.Second)
	or(&o.GitHold, 10*time.Second)
	or(&o.SafetyScan, 30*time.Second)
	o.Debounce = max(o.Debounce, 100*time.Millisecond)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnDirty == nil {
		o.OnDirty = func([]string) {}
	}
	if o.OnGone == nil {
		o.OnGone = func([]string) {}
	}
	return o
}

const (
	defaultPoll = 2 * time.Second
	rootRetry   = 250 * time.Millisecond // how often a missing scripts folder is looked for
	gitRetry    = 50 * time.Millisecond  // how often a git lock is looked at again
	scanChunk   = 32                     // accounts looked at before events get their turn again
)

// source is where events come from: fsnotify, or a test.
type source struct {
	add, remove func(dir string) error
	close       func() error
	events      <-chan fsnotify.Event
	errors      <-chan error
}

func openNotify() (source, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return source{}, err
	}
	return source{add: w.Add, remove: w.Remove, close: w.Close, events: w.Events, errors: w.Errors}, nil
}

// Watcher tells which accounts of a scripts folder changed, appeared or went. Events are only a hint
// of where to look, since they can be lost or late; what counts is what stat says.
type Watcher struct {
	dir  string
	o    WatchOptions
	open func() (source, error)

	src     source
	tree    tree
	seed    maphash.Seed
	known   map[string]uint64    // reported accounts and their fingerprints then
	shared  uint64               // the fingerprint of shared/, 0 without one
	absent  map[string]time.Time // known accounts whose folders are missing, and since when
	queue   []string             // accounts still to look at in the running scan
	dirt    dirt
	git     gitLock
	polling bool
	warned  map[string]bool // what was logged and need not be again
}

// NewWatcher watches dir, the scripts folder, from Run on. dir may be a symbolic link, may be missing,
// and may be deleted and made again.
func NewWatcher(dir string, o WatchOptions) *Watcher {
	o = o.orDefaults()
	return &Watcher{
		dir: filepath.Clean(dir), o: o, open: openNotify, seed: maphash.MakeSeed(),
		known: map[string]uint64{}, absent: map[string]time.Time{}, warned: map[string]bool{},
		dirt: dirt{quiet: o.Debounce, most: o.MaxDelay, spots: map[string]spot{}},
	}
}

// Run watches until ctx ends, and then returns nil. OnDirty and OnGone are called on its goroutine
// and should only pass the names on.
func (w *Watcher) Run(ctx context.Context) error {
	if abs, err := filepath.Abs(w.dir); err == nil {
		w.dir = abs
	}
	w.reopen()
	defer w.closeAll()
	w.first()

	safety := time.NewTicker(w.o.SafetyScan)
	defer safety.Stop()
	poll := time.NewTicker(w.pollEvery())
	defer poll.Stop()
	wake := time.NewTimer(0)
	defer wake.Stop()
	for ctx.Err() == nil {
		wake.Reset(w.untilWake())
		w.step(ctx, safety.C, poll.C, wake.C)
	}
	return nil
}

// step waits for one thing to happen and sees to it.
func (w *Watcher) step(ctx context.Context, safety, poll, wake <-chan time.Time) {
	var more chan struct{}
	if len(w.queue) > 0 {
		more = make(chan struct{})
		close(more)
	}
	select {
	case <-ctx.Done():
	case ev, ok := <-w.src.events:
		if !ok {
			w.lostEvents(errors.New("the stream of events ended"))
			return
		}
		w.event(ev)
	case err, ok := <-w.src.errors:
		if ok {
			w.lostEvents(err)
		} else {
			w.src.errors = nil
		}
	case <-safety:
		w.scan()
	case <-poll:
		if w.polling {
			w.scan()
		}
	case <-more:
		w.scanSome()
	case <-wake:
		w.report()
	}
}

// first watches and looks at everything, and reports it at once.
func (w *Watcher) first() {
	names := w.accounts()
	for _, name := range names {
		w.known[name], _ = w.look(name)
	}
	w.shared, _ = w.look(SharedFolder)
	w.o.OnDirty(names)
}

func (w *Watcher) pollEvery() time.Duration {
	if w.o.Poll > 0 {
		return w.o.Poll
	}
	return defaultPoll
}

func (w *Watcher) untilWake() time.Duration {
	next := w.dirt.wake
	earlier := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, since := range w.absent {
		earlier(since.Add(w.o.Absence))
	}
	if w.tree.root == nil {
		earlier(time.Now().Add(rootRetry))
	}
	if next.IsZero() {
		return w.o.SafetyScan
	}
	return max(0, time.Until(next))
}

// report hands on what is due: accounts that were quiet long enough, folders absent long enough.
func (w *Watcher) report() {
	now := time.Now()
	if w.tree.root == nil {
		w.reroot()
	}
	ripe := w.dirt.ripe(now)
	if len(ripe) > 0 && w.git.held(now, w.tree.paths(ripe)...) {
		w.dirt.wakeBy(now.Add(gitRetry))
		return
	}
	var dirty []string
	for _, name := range ripe {
		switch {
		case !w.settle(now, name):
		case name == SharedFolder:
			dirty = append(dirty, slices.Collect(maps.Keys(w.known))...)
		default:
			dirty = append(dirty, name)
		}
	}
	dirty = slices.DeleteFunc(dirty, func(name string) bool { return !w.absent[name].IsZero() })
	gone, back := w.missing(now)
	dirty = append(dirty, back...)
	slices.Sort(dirty)
	if dirty = slices.Compact(dirty); len(dirty) > 0 {
		w.o.OnDirty(dirty)
	}
	if len(gone) > 0 {
		w.o.OnGone(gone)
	}
}

// settle takes a fresh fingerprint of what is dirty and says whether it is to be reported now.
func (w *Watcher) settle(now time.Time, name string) bool {
	s := w.dirt.spots[name]
	print, here := w.look(name)
	if here && w.polling && s.print != 0 && s.print != print && now.Before(s.first.Add(w.o.MaxDelay)) {
		w.dirt.mark(now, name, print) // still being written, and no event will say so
		return false
	}
	w.dirt.clean(name)
	if name == SharedFolder {
		w.shared = print
		return true
	}
	if here {
		delete(w.absent, name)
		w.known[name] = print
		return true
	}
	_, known := w.known[name]
	if _, already := w.absent[name]; known && !already {
		w.absent[name] = now
	}
	return false
}

// missing sorts the absent accounts that are due into gone and back again.
func (w *Watcher) missing(now time.Time) (gone, back []string) {
	for name, since := range w.absent {
		if now.Sub(since) < w.o.Absence {
			continue
		}
		delete(w.absent, name)
		if print, here := w.look(name); here {
			w.known[name] = print
			back = append(back, name)
			continue
		}
		delete(w.known, name)
		gone = append(gone, name)
	}
	slices.Sort(gone)
	return gone, back
}

func (w *Watcher) lostEvents(err error) {
	w.o.Log.Warn("watching scripts: events were lost, looking at everything", "error", err)
	if !errors.Is(err, fsnotify.ErrEventOverflow) {
		w.reopen()
	}
	w.scan()
}

func (w *Watcher) closeAll() {
	if w.src.close != nil {
		_ = w.src.close()
	}
	w.tree.close()
}
