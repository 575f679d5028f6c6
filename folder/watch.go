package folder

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
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
	scanChunk   = 32                     // accounts that a scan looks at at the same time
	firstTime   = 10 * time.Second       // how long the first look at everything may take
)

// source is where events come from: fsnotify, or a test.
type source struct {
	add, remove func(dir string) error
	close       func() error
	events      <-chan fsnotify.Event
	errors      <-chan error
	back        <-chan struct{} // closed when a call that hung has ended
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

	lstat func(path string) (fs.FileInfo, error) // of lock files

	src     source
	tree    tree
	print   func(l *look) (uint64, bool) // takes a fingerprint, beside the loop
	known   map[string]uint64            // reported accounts and their fingerprints then
	shared  uint64                       // the fingerprint of shared/, 0 without one
	absent  map[string]time.Time         // known accounts whose folders are missing, and since when
	queue   []string                     // accounts still to look at in the running scan
	scans   int                          // looks of the scan under way
	rescan  bool                         // another scan was wished for meanwhile
	looks   looks
	rounds  []*round
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
		dir: filepath.Clean(dir), o: o, open: openNotify, lstat: os.Lstat, print: printer(), looks: newLooks(),
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
	defer w.awaitLooks()
	w.first(ctx)

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
	if len(w.queue) > 0 && w.scans < scanChunk {
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
	case <-w.src.back:
		w.recovered()
	case <-safety:
		w.scan()
	case <-poll:
		if w.polling {
			w.scan()
		}
	case <-more:
		w.scanSome()
	case l := <-w.looks.back:
		w.came(l)
	case <-wake:
		w.report()
	}
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
	for name, since := range w.absent {
		if w.looks.asked[name] == nil {
			earlier(since.Add(w.o.Absence))
		}
	}
	if w.tree.root == nil {
		earlier(time.Now().Add(rootRetry))
	}
	for _, r := range w.rounds {
		earlier(r.due)
	}
	if at := w.looks.nextOverdue(); !at.IsZero() {
		earlier(at)
	}
	if next.IsZero() {
		return w.o.SafetyScan
	}
	return max(0, time.Until(next))
}

func (w *Watcher) lostEvents(err error) {
	w.o.Log.Warn("watching scripts: events were lost, looking at everything", "error", err)
	if !errors.Is(err, fsnotify.ErrEventOverflow) {
		w.reopen()
	}
	w.scan()
}

// recovered begins anew with events, where polling took their place because a call hung.
func (w *Watcher) recovered() {
	w.polling = false
	delete(w.warned, watchHangs)
	w.lostEvents(errWatchBack)
}

// closeAll does not wait for a file system that keeps the closing.
func (w *Watcher) closeAll() {
	if end := w.src.close; end != nil {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			_ = end()
		}()
		timer := time.NewTimer(looksEnd)
		defer timer.Stop()
		select {
		case <-closed:
		case <-timer.C:
		}
	}
	w.tree.close()
}
